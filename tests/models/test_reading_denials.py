"""A "no" beside words that still ask, and a "no" that means it. Every sentence here is invented.

The first is the worst error of a reader: what holds is taken for denied, and somebody is sent where
they cannot work.
"""

from __future__ import annotations

import pytest

from models.reading import read_posting

STILL_ASKED = """
night 不接受夜班者勿投
night 不上夜班的别来
night 不能倒班的慎投
endurance 不加班的不要
commute 不接受外勤的勿投
stand 不能久站的勿扰
balance 不敢登高的不要
screen_access 不会用电脑的勿投
read_zh 不识字的不要
balance 不会骑电动车的别来
night 不排除夜班
commute 不排斥出差
night 不介意上夜班
endurance 免不了要加班
lift 难免要搬重货
low_posture 弯腰在所难免
night 夜班难免
night 夜班免费提供夜宵
night 夜班由20:00至次日8:00
night 零点到八点上夜班
lift 零担货物装卸
lift 店里零星搬货要做
stand 在无尘室全天站立
night 无固定班次夜班轮换
stairs 没有电梯要爬六楼
stairs 无电梯小区多，爬楼送货
heat_tol 没有遮阳棚全天户外
lift 箱子没有把手，一箱四十斤，要搬
lift 搬运工不需要经验
night 夜班保安不用打卡
night 夜间值守没有同伴
balance 高空作业没有高空证的勿扰
balance 登高作业不需要经验
balance 登高作业另有补助
balance 爬高另有50元一天
lift 卸货另有奖励
night 夜班另有夜宵
commute 出差另有餐补
commute 外勤不需要自带车
endurance 加班不用申请
lift 货物由一楼搬到四楼
lift 箱子由仓库搬到店里
mobility 巡查由一楼走到十二楼
lift 货有人点数，你负责扛
lift 大件由两人抬
stairs 爬楼送到门口交给收件人
write_zh 每天写日报交给主管
write_zh 写好巡查记录交由班长
numeracy 收银后现金交给财务
hear_phone 接听电话转给同事处理
hear_phone 打电话让客户来店
hear_phone 没完没了接电话
hear_phone 不停地接电话
speak 有客服经验普通话好
public 有物业客户接待经验
balance 有电工证登高作业
lift 有物流装卸经验，吃苦耐劳
night 有保安证夜班优先，班次为夜班
type 有客服经验打字快
screen_access 有系统操作经验
night 严禁夜班睡觉
night 夜班不得睡觉
balance 严禁登高不系安全带
lift 避免搬运时磕碰
stress 避免客户投诉
public 不允许与客户发生争执
public 不能让顾客久等
lift 不光搬货还要码垛
stand 非站不可
balance 不登高不行
lift 少不了搬搬扛扛
low_posture 除了弯腰还要蹲
lift 没人帮搬，一个人扛
night 没有人替夜班
lift 不到20斤的箱子每天搬
night 无论白班夜班都要上
night 不得不熬夜
endurance 全年无休
stand 不准坐着
stand 不提供凳子站着干
commute 不提供住宿要自己通勤
commute 不坐班天天跑业务
attention 不看手机盯监控八小时
vis_near 不能漏看一处瑕疵
vis_near 不用显微镜肉眼检查焊点
hear_alert 听不见喇叭也危险
hear_speech 听力不好的不要
lift 单手能提20公斤
mobility 不停走动
mobility 不定时巡查楼层
mobility 巡逻没有固定路线
stress 投诉全部归你处理
pace 完不成定额扣钱
pace 不赶工期扣钱
noise_tol 没有安静的环境，机器响一天
noise_tol 噪音免不了
dust_chem_tol 不用口罩受不了的粉尘
dust_chem_tol 无排风接触油漆
heat_tol 不在空调房，户外站岗
heat_tol 高温不停工
safety 机床操作不需要经验
safety 用刀不能马虎
endurance 没有力气的不要
low_posture 弯腰没有停的时候
stairs 不爬楼送不到
stairs 楼梯不走不行
sit 不能离座，一坐一天
content_tol 审核违规内容不少
commute 不限区域外出送货
balance 免押金租电动车送餐
night 不限男女夜班
screen_access 不用培训就能操作电脑
numeracy 收银不能出错
public 接待客户零投诉
"""
DENIED = """
lift 不用搬货，理货而已
lift 搬运交给叉车
lift 重物由车间工人搬运
lift 搬货由师傅负责
lift 没有搬运，也不用扛
night 夜班由男同事顶
night 不上夜班
night 没有夜班
night 无需夜班、出差
night 免上夜班
hear_phone 不接电话，只回文字
hear_phone 电话由前台接
balance 不用登高
balance 登高作业由专业队完成
stand 不用久站
stand 不能久站的不要紧，坐着做
commute 无需出差
endurance 不用加班
public 不需要面见客户
night 无夜班，免费住宿
night 不上夜班，免费培训
night 包吃住免费培训无夜班
night 免夜班，免费工作餐
lift 不用搬货，免费培训
lift 重物由同事搬，免费培训
commute 不用出差，免费班车
hear_phone 不接电话，免费培训
stand 不用久站，免费培训
endurance 没有加班，免费培训
stairs 不用爬楼，免费培训
night 不用上夜班。免费提供工作餐
night 没有夜班；另有奖金
night 无夜班，难免有时忙
lift 不搬货，有人清点
lift 不用抬货，让客户自己来取
hear_phone 不接电话，来电自动转
lift 无需搬运，防止摔伤
lift 不用搬货无需经验
lift 不用搬货不用经验
lift 不用搬货没有提成
stairs 不用爬楼梯无需经验
night 不用倒班无需经验
public 不用见客户无需经验
night 没有夜班，另有餐补
night 不安排夜班，另有补贴
night 夜班由保安负责，另有补贴
lift 重物由同事搬另有补贴
commute 不用出差，另有车补
lift 搬货不归你管
lift 搬货不归本岗
night 夜班不归你值
numeracy 收银不归你
lift 重物不由你搬
lift 重物由我们男员工搬
lift 重物由本组同事搬
numeracy 收银由我们店长负责
public 接待客户由我们同事负责
lift 搬货另有2名男工负责
commute 送货另有送餐员
night 无需打卡、夜班
commute 不要求经验、出差
commute 不需要坐车出差
night 不安排休息日值夜班
hear_phone 没有坐席外呼电话
balance 没有空调安装高空作业
night 夜班另聘保安值守
balance 高空作业另请蜘蛛人
lift 货物由仓库同事搬到店里
stairs 不用爬楼，送到客户楼下即可
night 上班时间由早8点到晚6点无夜班
hear_phone 无需接听来电，来电转文字
lift 避免搬货摔伤所以不用搬货
lift 没有重物
lift 货由叉车上架
night 从不上夜班提供住宿
balance 无需登高
public 不必面对客户
night 零夜班
stand 无需站立
stress 没有业绩压力，免费培训
lift 搬货由师傅负责，你不用动手
night 免夜班包住宿
hear_phone 电话由前台接，另有补助
endurance 双休不加班，免费午餐
"""


def pairs(table: str) -> list[tuple[str, str]]:
    return [
        (facet, text) for facet, text in (line.split(" ", 1) for line in table.split("\n") if line)
    ]


@pytest.mark.parametrize(("facet", "text"), pairs(STILL_ASKED))
def test_what_still_holds_is_not_taken_for_denied(facet: str, text: str) -> None:
    assert facet not in {d.facet for d in read_posting("", text, rules_only=True).not_demanded}


@pytest.mark.parametrize(("facet", "text"), pairs(DENIED))
def test_what_is_denied_is_not_asked(facet: str, text: str) -> None:
    reading = read_posting("", text, rules_only=True)
    assert facet not in {d.facet for d in reading.demands}
    assert facet in {d.facet for d in reading.not_demanded}


INSISTED = """
night 夜班在所难免，每月轮六到八个，另有夜班补贴
night 值夜期间不得睡觉、不得脱岗，早八点与白班交接
dust_chem_tol 接触农药在所难免，防护服由公司发，不收费
night 不接受夜班者勿投
night 夜班另有夜宵
commute 不接受外勤的勿投
stairs 不爬楼送不到
stairs 楼梯不走不行
balance 不登高不行
lift 不搬重物不行
lift 没有叉车全靠人搬
"""


@pytest.mark.parametrize(("facet", "text"), pairs(INSISTED))
def test_what_a_rule_insists_on_is_asked_whatever_the_network_thinks(facet: str, text: str) -> None:
    reading = read_posting("", text)
    assert facet in {d.facet for d in reading.demands}
    assert facet not in {d.facet for d in reading.not_demanded}
