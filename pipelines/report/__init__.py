"""The report: one HTML file that shows a run to people who would rather look than read. The only place that imports jinja2."""

from __future__ import annotations

from pipelines.report.page import REPORT, write_report

__all__ = ["REPORT", "write_report"]
