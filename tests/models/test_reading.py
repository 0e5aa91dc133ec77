"""What a reader of postings must not get wrong. Every sentence here is invented."""

from __future__ import annotations

import pytest

from data.records import Interval, ProvisionState
from models.reading import (
    SAFETY_FACETS,
    Concern,
    CueTableError,
    DemandKind,
    ReadDemand,
    Reading,
    Where,
    load_tables,
    read_posting,
    to_clauses,
    version,
)
from models.reading.cues import parse_tables
from models.reading.learned import load_learned


def demand(reading: Reading, facet: str) -> ReadDemand:
    found = [d for d in reading.demands if d.facet == facet]
    assert found, f"{facet} not read; read {[d.facet for d in reading.demands]}"
    return found[0]


def facets(title: str, text: str) -> set[str]:
    return {d.facet for d in read_posting(title, text).demands}


# --- refusals first: what is denied is not demanded ----------------------------------------


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("本岗位无需夜班，周末双休。", "night"),
        ("不用接电话，订单都在屏幕上看。", "hear_phone"),
        ("不需要搬重物，货由司机搬进店里。", "lift"),
        ("不用出差，也不跑外勤。", "commute"),
        ("没有加班，到点下班。", "endurance"),
        ("登梯取货由男同事完成。", "balance"),
        ("收银由店长负责，你只管理货。", "numeracy"),
        ("不考核数量，做多少算多少。", "pace"),
        ("投诉由组长处理。", "stress"),
        ("不用招呼客人，只在后间洗杯子。", "public"),
        ("搬货、爬高、熬夜都不用你管，只在柜台里点数。", "balance"),
        ("夜班的事没有，爬梯子的活轮不到你。", "night"),
        ("学员不碰机器，热压由指导员做。", "safety"),
        ("手慢点也没关系，做完一筐再领一筐。", "pace"),
        ("只用一只手也能做完这道工序。", "hand_both"),
    ],
)
def test_a_denied_facet_is_denied_and_not_asserted(text: str, facet: str) -> None:
    reading = read_posting("", text)
    assert facet not in {d.facet for d in reading.demands}
    assert facet in {d.facet for d in reading.not_demanded}


def test_a_no_that_takes_up_a_list_reaches_back_over_the_comma() -> None:
    assert not {"lift", "balance"} & facets("", "卸货、登高，这些都由仓库的人做。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("叉车在通道里来来去去，听见倒车声要靠边。", {"safety", "hear_alert"}),
        ("顾着泳池两头，有人呛水马上吹哨。", {"safety", "vis_far", "vis_field", "hear_alert"}),
        ("货架顶层要踩凳子够。", {"reach", "balance"}),
        ("夜里起来给老人翻身、换尿垫。", {"night", "safety"}),
        ("骑电动车穿街走巷收件，红灯要停。", {"balance", "vis_far", "safety", "commute"}),
    ],
)
def test_a_circumstance_carries_the_demands_that_it_forces(text: str, expected: set[str]) -> None:
    """The network may doubt what cues force (how often it is wrong is measured), never danger."""
    assert expected <= {d.facet for d in read_posting("", text, rules_only=True).demands}
    assert expected & SAFETY_FACETS <= facets("", text)


@pytest.mark.parametrize(
    ("text", "level"), [("上班时间：7:30-11:00。", 2), ("每天早8点到晚7点半。", 4)]
)
def test_the_length_of_the_day_is_read_from_its_hours(text: str, level: int) -> None:
    assert demand(read_posting("", text), "endurance").level == level


def test_a_day_with_a_noon_break_is_an_ordinary_day() -> None:
    demands = read_posting("", "上班时间9:00-12:00，13:30-18:00。").demands
    assert not [d for d in demands if d.facet == "endurance" and not d.learned]


def test_loose_numerals_are_read_as_their_higher_figure() -> None:
    assert demand(read_posting("", "每框十五六公斤，自己搬。"), "lift").level == 3


def test_a_no_reaches_to_the_comma_and_not_beyond_it() -> None:
    assert "commute" in facets("", "无需值夜班，每周出差两次。")
    assert "commute" not in facets("", "无需值夜班、出差。")


def test_a_denial_does_not_hide_what_is_stated_elsewhere() -> None:
    reading = read_posting("", "没有通宵班。中班14:00到22:00。")
    assert demand(reading, "night").level == 2
    assert "night" in {d.facet for d in reading.not_demanded}


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("熟悉公司网站的日常更新。", "stand"),
        ("公司近期搬迁至新办公楼。", "lift"),
        ("负责系统巡检，定期检查数据库。", "mobility"),
        ("联系电话面议后告知。", "hear_phone"),
        ("保障平台7*24小时稳定运行。", "night"),
        ("享受夜班补贴和高温补贴。", "night"),
        ("享受夜班补贴和高温补贴。", "heat_tol"),
        ("团队一起攀登高峰。", "balance"),
        ("熟悉收银系统的后台配置。", "numeracy"),
        ("英语听力良好。", "hear_speech"),
        ("早上九点到晚上六点。", "night"),
        ("步行5分钟到地铁站。", "mobility"),
    ],
)
def test_other_senses_of_a_cue_ask_for_nothing(text: str, facet: str) -> None:
    assert facet not in facets("", text)


def test_polish_is_a_question_and_never_a_demand() -> None:
    reading = read_posting("", "吃苦耐劳，沟通能力强，普通话标准。")
    assert not reading.demands
    assert {"吃苦耐劳", "普通话标准"} <= {s.text for s in reading.ask}


def test_a_stray_word_of_the_trade_says_nothing_about_a_desk_job() -> None:
    assert not {"hand_both", "lift", "stand"} & facets("包装标准工程师", "制定包装、上架的作业标准")


# --- what is demanded, and how much of it ----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "facet", "level"),
    [
        ("打字不低于45字/分。", "type", 3),
        ("打字65字每分钟以上。", "type", 4),
        ("打字25字/分即可。", "type", 2),
        ("照单敲进系统，每分钟五十字以上。", "type", 3),
        ("整箱搬货，每箱约30公斤。", "lift", 4),
        ("整箱搬货，每箱约30斤。", "lift", 3),
        ("搬运文件盒，每盒约2公斤。", "lift", 1),
        ("一盆约4公斤，要搬上推车。", "lift", 1),
        ("夜里零点到八点每月轮到三次。", "night", 3),
        ("上班时间13:00-22:00。", "night", 2),
        ("晚9点到早7点值守。", "night", 4),
        ("十点上班，二十一点收工。", "night", 2),
        ("做到零点。", "night", 3),
        ("夜里一点收工。", "night", 3),
        ("下午三点到夜里两点。", "night", 4),
        ("三班倒。", "night", 4),
        ("每月轮三个夜班。", "night", 3),
        ("全程站立服务。", "stand", 4),
        ("每天上午两小时。", "endurance", 1),
        ("在村道上来回巡查。", "mobility", 4),
        ("住五楼，没有电梯。", "stairs", 3),
        ("接听居民来电。", "hear_phone", 3),
        ("审核用户评论。", "read_zh", 4),
        ("起草通知和会议纪要。", "write_zh", 4),
        ("每天盘点货架。", "numeracy", 3),
        ("每小时不少于200件。", "pace", 4),
        ("处理客户投诉。", "public", 4),
    ],
)
def test_levels_follow_the_bands_of_the_vocabulary(text: str, facet: str, level: int) -> None:
    assert demand(read_posting("", text), facet).level == level


def test_what_follows_from_a_circumstance_is_implicit() -> None:
    reading = read_posting("外卖骑手", "")
    assert demand(reading, "balance").kind is DemandKind.IMPLICIT
    assert demand(reading, "balance").evidence.where is Where.TITLE


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("偶尔出差。", "commute"),
        ("旺季需上夜班。", "night"),
        ("能接受出差者优先。", "commute"),
        ("如有需要可能加班。", "endurance"),
    ],
)
def test_the_occasional_is_hedged(text: str, facet: str) -> None:
    assert demand(read_posting("", text), facet).kind is DemandKind.HEDGED


def test_a_preferred_skill_asks_for_nothing() -> None:
    assert "screen_access" not in facets("", "熟悉Linux者优先。")


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("站在坡道口指挥车辆，注意来车。", "safety"),
        ("站在坡道口指挥车辆，注意来车。", "hear_alert"),
        ("站在坡道口指挥车辆，注意来车。", "vis_far"),
        ("骑电动车送件。", "balance"),
        ("厨房地面湿滑。", "balance"),
        ("油锅旁作业，小心烫伤。", "safety"),
        ("听到呼叫铃马上去病房。", "hear_alert"),
        ("需持C1驾照开面包车。", "vis_far"),
        ("照顾失能老人，防止跌倒。", "safety"),
    ],
)
def test_safety_facets_are_not_missed(text: str, facet: str) -> None:
    assert facet in facets("", text)


# --- either-or, provisions, arrangements ------------------------------------------------------


def test_telephone_or_text_are_two_branches_of_one_clause() -> None:
    reading = read_posting("", "接听预约电话或用文字回复均可。")
    assert demand(reading, "hear_phone").alternative_group == "a"
    assert demand(reading, "write_zh").alternative_group == "b"
    (clause,) = [c for c in to_clauses(reading) if len(c.alternatives) == 2]
    assert {f for f, _ in clause.alternatives[0].levels} == {"hear_phone", "speak"}


def test_two_either_ors_stay_apart() -> None:
    reading = read_posting("", "站坐均可。接电话或打字回复均可。")
    assert len([c for c in to_clauses(reading) if len(c.alternatives) == 2]) == 2


def test_working_from_home_lifts_the_way_to_work() -> None:
    reading = read_posting("", "可居家办公。")
    commute = demand(reading, "commute")
    assert commute.kind is DemandKind.CONDITIONAL
    assert commute.provided == ("remote",)
    (clause,) = to_clauses(reading)
    assert [a.provided for a in clause.alternatives] == [(), ("remote",)]


def test_a_promised_ramp_is_offered_and_lifts_the_steps() -> None:
    reading = read_posting("", "门口有两级台阶，房东愿意加装坡道。")
    states = {str(p.key): p.state for p in reading.workplace}
    assert states["step_free_entry"] is ProvisionState.OFFERED
    assert demand(reading, "stairs").provided == ("step_free_entry",)


@pytest.mark.parametrize(
    ("text", "key", "state"),
    [
        ("包住宿。", "dormitory", ProvisionState.YES),
        ("不支持居家办公。", "remote", ProvisionState.NO),
        ("坐席系统支持读屏。", "sr_compatible", ProvisionState.YES),
        ("大楼没有电梯。", "elevator", ProvisionState.NO),
        ("可申请固定白班。", "fixed_day", ProvisionState.OFFERED),
        ("前两个月有就业辅导员陪同。", "job_coach", ProvisionState.YES),
    ],
)
def test_provisions_have_a_state(text: str, key: str, state: ProvisionState) -> None:
    assert {str(p.key): p.state for p in read_posting("", text).workplace}[key] is state


def test_clauses_carry_evidence_and_mark_safety() -> None:
    clauses = to_clauses(read_posting("", "骑摩托车送件，偶尔出差。"))
    by_facet = {str(c.alternatives[0].levels[0][0]): c for c in clauses}
    assert by_facet["balance"].critical
    assert all(c.evidence for c in clauses)


def test_a_hedged_demand_can_raise_a_question_but_never_exclude() -> None:
    (clause,) = to_clauses(read_posting("", "偶尔出差。"))
    assert clause.alternatives[0].levels == (("commute", Interval(0, 4)),)


# --- quarantine ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "年龄20-35岁。",
        "40岁以下。",
        "身体健康，无不良嗜好。",
        "身高170cm以上。",
        "五官端正。",
        "限女性。",
        "四肢健全。",
        "听力正常。",
        "谢绝残疾人。",
        "须广州户籍。",
        "颜值在线。",
        "五十岁左右。",
        "偏好25岁以下。",
        "超龄勿扰。",
        "有纹身的别来。",
        "要求听力好、腿脚灵便。",
        "面相和善。",
        "只要青壮劳力。",
        "一米七以上。",
    ],
)
def test_discrimination_is_held_back(text: str) -> None:
    concerns = {q.concern for q in read_posting("", text).quarantine}
    assert concerns == {Concern.DISCRIMINATION}


@pytest.mark.parametrize(
    "text",
    [
        "入职先交押金300元。",
        "押身份证。",
        "培训费600元自理。",
        "残疾证挂靠，每月领钱。",
        "入会费两千元。",
        "押金八百，干满退。",
        "先转99元锁定名额。",
        "原件收走保管。",
        "银行卡和密码寄来。",
        "不到岗、不干活也有社保。",
        "交388元会员费领取题库。",
        "拉人头再返三成。",
        "把证书挂在我司名下。",
        "残疾证原件放我们这里。",
        "每月补贴800元，免上班。",
    ],
)
def test_fraud_is_held_back(text: str) -> None:
    assert {q.concern for q in read_posting("", text).quarantine} == {Concern.FRAUD}


@pytest.mark.parametrize(
    "text",
    [
        "本公司不收取任何押金和中介费。",
        "公司关注员工身体健康，每年体检。",
        "男女不限，年龄不限。",
        "面向本村就业困难人员的乡村公益性岗位。",
        "残疾人优先。",
        "绝不扣押身份证。",
        "向业主收取物业管理费、有偿服务费。",
        "提供单身宿舍。",
        "单眼视力正常也能做。",
        "证件复印留档。",
        "借车押金二百由机器收。",
        "照顾五十岁左右的客户。",
        "英语听力好。",
        "货堆到一米七以上要用梯子。",
        "谨防交500元会员费的骗局，免上班打卡。",
    ],
)
def test_the_harmless_and_the_lawful_pass(text: str) -> None:
    assert not read_posting("", text).quarantine


@pytest.mark.parametrize(
    ("text", "facet"), [("裸眼视力不低于0.8。", "vis_far"), ("色觉正常。", "vis_color")]
)
def test_a_function_threshold_is_a_demand_and_not_discrimination(text: str, facet: str) -> None:
    reading = read_posting("", text)
    assert not reading.quarantine
    assert demand(reading, facet).level >= 3


def test_a_skill_in_a_language_hides_nothing_of_the_next_point() -> None:
    reading = read_posting("软件测试工程师", "5.英语读写好6.有驾驶证职能类别：软件测试")
    assert demand(reading, "vis_far").level == 4
    assert [licence.text for licence in reading.licences] == ["驾驶证"]


def test_a_required_document_is_a_licence_and_a_preferred_one_is_not() -> None:
    assert [s.text for s in read_posting("", "须有健康证。").licences] == ["健康证"]
    assert not read_posting("", "有健康证优先。").licences


# --- spans, tables, version -----------------------------------------------------------------------


def test_every_span_is_the_postings_own_words() -> None:
    title = "客服（Ｂ班）"
    text = "１、接听来电，打字４０字／分；２．不用出差。３、包住！押金200元？身高160CM以上"
    reading = read_posting(title, text)
    spans = reading.spans()
    assert len(spans) > 4
    for span in spans:
        source = title if span.where is Where.TITLE else text
        assert source[span.start : span.end] == span.text


def test_nothing_is_read_from_nothing() -> None:
    assert read_posting("", "") == Reading(version(learned=load_learned()))


def test_mistakes_in_the_tables_are_reported_together() -> None:
    files = {
        "one.yaml": "cues: [{text: '(', states: {stand: 4}}, {text: 站, states: {stand: 9}}]",
        "two.yaml": "colours: []",
    }
    with pytest.raises(CueTableError) as caught:
        parse_tables(files)
    assert "one.yaml" in str(caught.value)
    assert "colours" in str(caught.value)


def test_the_tables_name_only_facets_of_the_vocabulary() -> None:
    asked = {ask.facet for cue in load_tables().cues for ask in cue.asks}
    assert len(asked) >= 40
    assert all(f.replace("_", "").isalpha() for f in asked)
