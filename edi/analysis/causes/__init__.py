"""Why a line was not paid: rules judge what the facts observe, and findings say it."""
