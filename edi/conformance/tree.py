"""pyx12's error tree, from which it writes the acknowledgment, made to tell us of each error as it comes."""

from __future__ import annotations

import logging
import re
from typing import Any

import pyx12.error_handler

from edi.conformance import ack, words
from edi.conformance.findings import Findings

VERSION = re.compile(r"00[45]010X\d{3}[A-Z0-9]*")

_log = logging.getLogger("pyx12")  # its messages hold values of the file: they go nowhere
_log.propagate = False
_log.addHandler(logging.NullHandler())
_log.setLevel(logging.CRITICAL + 1)


class Tree(pyx12.error_handler.err_handler):  # type: ignore[misc]
    """The errors of one interchange; each is also added to `findings`."""

    def __init__(self, findings: Findings) -> None:
        super().__init__()
        self.findings = findings
        self.tolerated: set[str] = set()  # elements whose code need not be the one version that pyx12 knows
        self.map_node: Any = None
        self.element_node: Any = None

    def add_seg(self, map_node: Any, seg_data: Any, seg_count: int, cur_line: int, ls_id: str | None) -> None:
        self.map_node = map_node
        super().add_seg(map_node, seg_data, seg_count, cur_line, ls_id)

    def add_ele(self, map_node: Any) -> None:
        self.element_node = map_node
        super().add_ele(map_node)

    def isa_error(self, err_cde: str, err_str: str) -> None:
        if self.cur_isa_node is not None:
            self.cur_isa_node.add_error(err_cde, err_str)
        self.findings.add(words.of_envelope("isa", err_cde))

    def gs_error(self, err_cde: str, err_str: str) -> None:
        if self.cur_gs_node is not None:
            self.cur_gs_node.add_error(err_cde, err_str)
        self.findings.add(words.of_envelope("gs", err_cde))

    def st_error(self, err_cde: str, err_str: str) -> None:
        if self.cur_st_node is not None:
            self.cur_st_node.add_error(err_cde, err_str)
        self.findings.add(words.of_envelope("st", err_cde))

    def seg_error(self, err_cde: str, err_str: str, *_: object) -> None:
        if self.cur_seg_node is not None and self.cur_seg_node.id == "SEG":
            self._add_cur_seg()
            self.cur_seg_node.add_error(err_cde, err_str, None)
        elif self.cur_seg_node is not None:
            self.cur_seg_node.add_error(err_cde, err_str)
        self.findings.add(words.of_segment(err_cde, err_str, self.map_node, self.findings.segment_id))

    def ele_error(self, err_cde: str, err_str: str, bad_value: str | None, *_: object) -> None:
        finding = words.of_element(err_cde, err_str, bad_value, self.element_node)
        if finding.rule == "guide-code-invalid" and self._another_version(finding.element, bad_value or ""):
            return
        if finding.element == "ST03":  # pyx12's 999 knows no element error of ST03
            self.cur_st_node.add_error("I6", err_str)
        else:
            self._add_cur_ele()
            self.cur_ele_node.add_error(err_cde, err_str, ack.clean(bad_value))
        self.findings.add(finding)

    def _another_version(self, element: str | None, value: str) -> bool:
        """Whether an invalid code is no more than another version of a guide that can be checked."""
        return element in self.tolerated and (element != "REF02" or VERSION.fullmatch(value) is not None)
