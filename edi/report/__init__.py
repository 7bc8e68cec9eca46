"""What people look at: the HTML page, the workbook, rows in any format."""
