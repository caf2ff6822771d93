"""The words of a return's sheets, but for the names of lines."""

from __future__ import annotations

from analysis.quantities import Label

HOW = Label(
    "黄色格填写整数，没有的填 0；灰色格自动计算，不需填写。单位：家、名、个。",
    "Fill in the yellow cells with whole numbers, 0 for none; grey cells compute themselves. Single enterprises, persons, "
    "organisations.",
)
LINES = Label("行次", "No.")
ITEMS = Label("指标", "Item")
STAFF = Label("按职工人数", "by number of staff")
TITLE = Label("覆盖情况报表", "Return on coverage")
PLACE = Label("地区", "Place")
DISTRICT = Label("填报区域", "District")
CODE = Label("区域标识", "District's id")
PERIOD = Label("所属期", "Period")
AS_OF = Label("时点", "As of")
ORIGIN = Label("数据来源", "Counts are")
ORIGIN_HINT = Label("请从下拉框中选择", "Choose from the list")
DEFINITIONS = Label(
    "口径：请逐项选择本区域实际采用的口径", "Definitions: for each, choose what your district counted by"
)
STATE = Label("填报进度", "Progress")
BLANK = Label("尚未填写的格", "Cells still blank")
WRONG = Label("核对不符的列", "Columns whose check fails")
STATE_HINT = Label("两项均为 0 时即可报送。", "Ready to be sent when both are 0.")
CHOICES = Label("下拉选项", "Choices of the lists")
EXAMPLE_TITLE = Label("填写示例（数字为虚构）", "A filled-in example (the numbers are made up)")
EXAMPLE_LEAD = Label(
    "以{category}一栏为例。各部分之和等于总数；正式党员不多于党员；联合党组织记在牵头企业，至少覆盖两家企业。",
    "One category, {category}. The parts add up to the total; full members are at most all members; a joint organisation "
    "is counted at the enterprise that leads it, and covers two or more.",
)
NOTES_TITLE = Label("填报说明", "How to fill in this return")
NOTES: tuple[tuple[Label, tuple[Label, ...]], ...] = (
    (
        Label("填什么", "What is asked"),
        (
            Label(
                "本表统计{when}年末实际开业投产的企业。每家企业只计一次：按类别、职工人数选列，按有无指导员、党组织"
                "情况、党员情况选行。",
                "The return counts the enterprises of {place} that were operating at the end of {period}. Each is counted "
                "once: its category and staff give the column; instructor, organisation and members give the line.",
            ),
            Label(
                "只填家数、人数、个数，不填任何姓名、证件号码、电话；企业名称也不需要。",
                "Counts only. No names, identity numbers or telephones are wanted, nor the names of enterprises.",
            ),
        ),
    ),
    (
        Label("怎样填", "How"),
        (
            Label(
                "黄色格由各区域填写，只接受整数，没有的填 0；不写“万”等单位，不写文字。灰色格由公式算出，已锁定。",
                "Yellow cells are yours to fill in. They take whole numbers, 0 for none, without units or words. Grey cells "
                "are computed by formulas and locked.",
            ),
            Label(
                "先填表一第一行的企业总数，再填各部分；最后一行“核对”为 0 时变绿，不为 0 时变红。",
                "In table 1, fill in the total first, then its parts. The last line, the check, turns green at 0 and red "
                "otherwise.",
            ),
            Label(
                "职工总数、党员数按列填写，与表一同一列的企业对应。",
                "Staff and members are those of the enterprises counted in the same column of table 1.",
            ),
            Label(
                "企业设有独立党组织的，填“有独立党组织”；由几家企业合建的联合党组织覆盖的，填“由联合党组织覆盖”。",
                "An enterprise with an organisation of its own is “with an independent organisation”; one that shares an "
                "organisation with others is “under a joint organisation”.",
            ),
            Label(
                "联合党组织的个数记在牵头企业所在的列，每个只记一次。",
                "A joint organisation is counted once, in the column of the enterprise that leads it.",
            ),
        ),
    ),
    (
        Label("收到后怎样核对", "What is checked when it arrives"),
        (
            Label(
                "各部分之和等于总数；有党组织的企业不多于企业总数。",
                "Parts add up to totals; those covered are at most all.",
            ),
            Label("职工总数与职工分组相符。", "Staff fit the bands of staff."),
            Label(
                "正式党员不多于党员；党员数与“正式党员{least}名以上”等各行的企业数相符。",
                "Full members are at most all members, and both fit the lines of enterprises with {least} or more full "
                "members and the others.",
            ),
            Label(
                "“五个好”党组织不多于党组织；每个联合党组织至少覆盖两家企业。",
                "Five-good organisations are at most all organisations; each joint organisation covers two enterprises or "
                "more.",
            ),
            Label(
                "各区域所属期、口径一致，每个区域一份。",
                "Period and definitions agree between districts, one return each.",
            ),
        ),
    ),
    (
        Label("不要改动", "Please leave as they are"),
        (
            Label(
                "工作表的名称、行列的位置和名称；不合并、不隐藏、不增删行列。改动之处会在核对时逐格指出。",
                "The sheets' names, and the place and names of lines and columns. Do not merge, hide, add or delete any. "
                "What was changed is pointed out, cell by cell, when the return is read.",
            ),
        ),
    ),
)
EXACT = Label(
    "汇总后，凡以职工{edges}人、正式党员{full}名为界的数字都是准确的；其他界限答不出，工作簿会拒绝。",
    "Taken together, the returns answer exactly at {edges} staff and {full} full members; other limits have no answer and are "
    "refused.",
)
