"""Planted advertising is found; plain advice is left alone."""

import pytest

from content import library
from content.advertising import findings
from content.cleaning import plain

PLANTED = {
    "广告法第九条": [
        "国家级专家坐诊",
        "最佳医院",
        "最好的医院在这里",
        "最好医生",
        "最权威的团队",
        "全国第一",
        "省内排名第一",
        "顶级专家",
        "独家秘方",
        "行业领先",
    ],
    "广告法第十六条": [
        "治愈率98%",
        "有效率高达九成",
        "成功率达95%",
        "包治不孕",
        "根治便秘",
        "药到病除",
        "永不复发",
        "立竿见影",
        "保证有效",
        "确保痊愈",
        "100%安全",
        "百分之百有效",
        "无任何副作用",
        "没有副作用",
        "无效退款",
        "患者一致推荐使用",
        "专家推荐产品",
    ],
    "广告法第十九条": [
        "加我微信了解",
        "微信号abc",
        "扫描下方二维码",
        "扫码领取",
        "点击链接购买",
        "限时优惠",
        "优惠券",
        "特价体验",
        "免费领取试用装",
        "团购更便宜",
        "秒杀",
        "打折",
        "仅需99元",
        "售价199.5元",
        "￥299",
        "¥88",
        "直播间下单",
        "淘宝搜索",
        "旗舰店",
    ],
    "广告法第二十条": [
        "推荐这款奶粉",
        "首选进口配方奶",
        "奶粉排行榜",
        "奶粉品牌大全",
        "媲美母乳的配方",
        "母乳化奶粉",
    ],
    "国卫办医政函〔2025〕419号": [
        "神医",
        "神药",
        "祖传方子",
        "宫廷秘方",
        "包生男",
        "转胎丸",
        "包过",
        "电话13812345678",
        "电话138 1234 5678",
        "010-55550100",
        "0574-88881234",
        "400-800-1234",
    ],
}
CASES = [pytest.param(text, law, id=text) for law, texts in PLANTED.items() for text in texts]

PLAIN = [
    "最好空腹，第一次产检尽量早去。",
    "孕期体重有国家标准，没有最佳的数字。",
    "出现出血请拨打120，心理热线12356。",
    "母乳不够时，是否加配方奶请听医生的。",
    "国家免费提供叶酸，请到社区领取。",
    "不要相信能看男女的说法。",
    "检查要2小时，带一瓶水和300毫升杯子。",
    "疫苗接种后留观30分钟，常见反应两三天会好。",
    "孕24周到28周+6天",
    "胎动12小时少于10次",
    "医生说没有问题就放心",
    "请打开医院的小程序预约。",
    "副作用请看说明书。",
]


@pytest.mark.parametrize(("text", "law"), CASES)
def test_planted_advertising_is_found_with_its_law(text, law):
    assert law in {finding.law for finding in findings(f"大家好，{text}。")}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_advice_is_left_alone(text):
    assert findings(text) == []


@pytest.mark.parametrize("text", ["神\u200b药", "神\ufeff药"], ids=["zero width", "mark"])
def test_invisible_letters_do_not_hide_words(text):
    assert [finding.words for finding in findings(text)] == ["神药"]


@pytest.mark.parametrize("article", library.drafts(), ids=lambda article: article.slug)
def test_the_library_is_free_of_advertising(article):
    draft = article.draft

    assert findings("\n".join((draft.title, draft.summary, plain(draft.body)))) == []
