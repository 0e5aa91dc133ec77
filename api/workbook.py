"""The shortlist as a workbook that an office can use as it is.

For staff only, and it says so on its first sheet: the sheet of people without a lead gives reasons
that touch a person's abilities. The sheet by post holds no such thing. One table per sheet, one
header row, no merged cells, nothing said by colour alone: a screen reader walks it cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from api.present import Presenter, pay_text
from data.records import Identity, JobPosting, JobseekerId, PostingId
from data.vocabulary import Language
from matching import wording
from matching.explanation import Match
from matching.shortlist import Shortlist, Unplaced
from matching.verdict import Outcome

LINE_POINTS = 15
HEADER_FILL = PatternFill("solid", fgColor="DDE6F0")
REASONS = {
    "questions": "还差信息：问清后可定",
    "constraints": "现有岗位都有做不了的硬性条件",
    "full": "有合适岗位，但名额已给了别人；可加名额或再开岗位",
    "no_postings": "目前没有在招的岗位",
    "refused": "本人未同意推荐",
}


class ShortlistWorkbook:
    """Writes one shortlist. `identities` may be empty: ids then stand alone."""

    def __init__(
        self,
        shortlist: Shortlist,
        postings: Mapping[PostingId, JobPosting],
        identities: Mapping[JobseekerId, Identity],
        presenter: Presenter,
    ) -> None:
        self.shortlist = shortlist
        self.postings = postings
        self.identities = identities
        self.presenter = presenter
        self.vocabulary = presenter.vocabulary

    def write(self, path: Path) -> None:
        """Write the file as a whole or not at all: a half-written workbook never appears."""
        book = Workbook()
        first = book.active
        assert isinstance(first, Worksheet)
        first.title = "说明"
        self._overview(first)
        self._by_posting(book.create_sheet("按岗位"))
        self._by_person(book.create_sheet("按人员"))
        self._unplaced(book.create_sheet("未安排"))
        book.properties.title = "推荐名单"
        book.properties.creator = "rengang"
        partial = path.with_name(f".{path.name}.partial")
        try:
            book.save(partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _overview(self, sheet: Worksheet) -> None:
        shortlist = self.shortlist
        people = len(shortlist.by_person) + len(shortlist.unplaced)
        versions = shortlist.versions
        rows: list[tuple[str, str]] = [
            ("推荐名单", "仅供工作人员内部使用，请勿转发给单位或他人"),
            ("日期", shortlist.on.isoformat()),
            (
                "求职人员",
                f"{people} 人，其中 {len(shortlist.by_person)} 人有推荐岗位，"
                f"{len(shortlist.unplaced)} 人暂无（见“未安排”）",
            ),
            ("有人可推荐的岗位", f"{len(shortlist.by_posting)} 个"),
            ("“按岗位”", "每个岗位推荐的人，按合适程度排列；不含残疾类别、等级和能力信息"),
            (
                "“按人员”",
                "每个人的推荐岗位、理由、要落实的条件；只有关系不大的岗位时列一个",
            ),
            ("“未安排”", "暂无推荐的人：原因、先问哪一句、改变什么能打开局面"),
            ("待单位确认", "标“是”的，岗位要求还没有由单位确认，联系单位时请先核对"),
            ("同意转给单位", "标“否”或“未问”的，转给单位前必须先取得本人单独同意"),
            ("版本", f"规则 {versions.rules} · 排序 {versions.model} · 数据 {versions.data}"),
        ]
        self._table(sheet, ("项目", "内容"), rows, (18, 90))

    def _by_posting(self, sheet: Worksheet) -> None:
        header = ("岗位编号", "单位", "岗位", "工作区", "薪资", "招聘人数", "次序", "人员编号",
                  "姓名", "电话", "要落实的条件", "待单位确认", "同意转给单位",
                  "推荐理由")  # fmt: skip
        rows = []
        for posting_id, matches in self.shortlist.by_posting.items():
            posting = self.postings[posting_id]
            for place, match in enumerate(matches, 1):
                identity = self.identities.get(match.jobseeker_id)
                rows.append((
                    posting_id, posting.employer_name, posting.title,
                    self.presenter.district(posting), pay_text(posting.pay, Language.ZH),
                    posting.headcount, place, match.jobseeker_id,
                    identity.name if identity else "", identity.phone if identity else "",
                    self._offers(match), _yes(match.verdict.provisional),
                    self._consent(match.jobseeker_id), self._why(match),
                ))  # fmt: skip
        self._table(sheet, header, rows, (14, 24, 22, 10, 16, 9, 6, 12, 10, 14, 30, 11, 13, 40))

    def _by_person(self, sheet: Worksheet) -> None:
        header = ("人员编号", "姓名", "次序", "岗位编号", "单位", "岗位", "工作区", "薪资", "结论",
                  "与意愿经历", "要落实的条件", "待单位确认", "得分", "推荐理由")  # fmt: skip
        rows = []
        for jobseeker_id, matches in self.shortlist.by_person.items():
            identity = self.identities.get(jobseeker_id)
            for place, match in enumerate(matches, 1):
                posting = self.postings[match.posting_id]
                rows.append((
                    jobseeker_id, identity.name if identity else "", place, posting.id,
                    posting.employer_name, posting.title, self.presenter.district(posting),
                    pay_text(posting.pay, Language.ZH),
                    wording.describe_outcome(match.verdict.outcome, self.vocabulary, Language.ZH),
                    "关系不大，先问本人愿不愿意" if match.weak else "相近",
                    self._to_put_in_place(match), _yes(match.verdict.provisional),
                    round(match.score, 3), self._why(match),
                ))  # fmt: skip
        self._table(sheet, header, rows, (12, 10, 6, 14, 24, 22, 10, 16, 20, 14, 30, 11, 8, 40))

    def _unplaced(self, sheet: Worksheet) -> None:
        header = ("人员编号", "姓名", "电话", "原因", "问清后可定的岗位数", "先问哪一句",
                  "最合适的待定岗位", "怎样打开局面")  # fmt: skip
        rows = []
        for unplaced in self.shortlist.unplaced:
            identity = self.identities.get(unplaced.jobseeker_id)
            rows.append((
                unplaced.jobseeker_id, identity.name if identity else "",
                identity.phone if identity else "", REASONS[unplaced.reason],
                *self._what_would_help(unplaced),
            ))  # fmt: skip
        self._table(sheet, header, rows, (12, 10, 14, 28, 12, 44, 34, 60))

    def _what_would_help(self, unplaced: Unplaced) -> tuple[int | str, str, str, str]:
        result = unplaced.result
        if result is None:
            return ("", "", "", "本人同意后再配岗")
        unlocks = "；".join(
            wording.describe_unlock(u, self.vocabulary, Language.ZH) for u in result.unlocks[:3]
        )
        asked = next((u for u in result.unlocks if u.is_question), None)
        first = result.questions[0] if result.questions else None
        if asked is not None:
            question = wording.question_about(
                asked.subject, asked.key, self.vocabulary, Language.ZH
            )
        elif first is not None:
            question = self.presenter.question(first.verdict.question).text
        else:
            question = ""
        best = ""
        if first is not None:
            posting = self.postings[first.posting_id]
            best = f"{posting.title}（{posting.employer_name}，{posting.id}）"
        return (result.counts[Outcome.NEEDS_INFO], question, best, unlocks)

    def _to_put_in_place(self, match: Match) -> str:
        return "；".join(
            wording.describe_barrier(b, self.vocabulary, Language.ZH)
            for b in match.verdict.barriers
        )

    def _offers(self, match: Match) -> str:
        """What the employer has offered and has to put in place, without saying for whom."""
        keys = dict.fromkeys(b.key for b in match.verdict.barriers)
        labels = (wording.subject_label("provision", k, self.vocabulary).zh for k in keys
                  if k in self.vocabulary.provisions)  # fmt: skip
        return "；".join(labels)

    def _why(self, match: Match) -> str:
        best = [c for c in match.contributions if c.points_micro > 0][:3]
        return "；".join(
            wording.describe_contribution(c, self.vocabulary, Language.ZH) for c in best
        )

    def _consent(self, jobseeker_id: JobseekerId) -> str:
        answer = self.shortlist.may_share.get(jobseeker_id)
        return "未问" if answer is None else _yes(answer)

    @staticmethod
    def _table(
        sheet: Worksheet,
        header: Sequence[str],
        rows: Sequence[Sequence[Any]],
        widths: Sequence[int],
    ) -> None:
        for column, (name, width) in enumerate(zip(header, widths, strict=True), 1):
            cell = sheet.cell(1, column, name)
            cell.font = Font(bold=True)
            cell.fill = HEADER_FILL
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            sheet.column_dimensions[get_column_letter(column)].width = width
        tallest = max(_lines(name, w) for name, w in zip(header, widths, strict=True))
        sheet.row_dimensions[1].height = LINE_POINTS * tallest
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a value that begins with = is text, never a formula
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            lines = max(_lines(v, w) for v, w in zip(row, widths, strict=True))
            sheet.row_dimensions[number].height = LINE_POINTS * lines
        sheet.freeze_panes = "A2"
        if rows:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_title_rows = "1:1"


def _lines(value: object, width: int) -> int:
    """Lines that a text takes in a column: a Chinese character is two letters wide. Programs do
    not agree on fitting rows to wrapped text when a file is opened, so the height is written."""
    text = "" if value is None else str(value)
    cells = sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
    return max(1, -(-cells // max(1, width - 1)))


def _yes(value: bool) -> str:
    return "是" if value else "否"
