"""Words that turn health education into advertising, each with the law that keeps them out.

Sources: 中华人民共和国广告法 (2021) art. 9, 16, 19, 20; 国卫办医政函〔2025〕419号, negative list of
health education on the internet. The lint points at words; a reviewer judges the text.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Ban:
    """A pattern of words and the law that bans them, as the author is told."""

    pattern: re.Pattern[str]
    law: str


@dataclass(frozen=True)
class Finding:
    """Words found in a text, and the law that bans them."""

    words: str
    law: str


def _any(words: str) -> re.Pattern[str]:
    return re.compile("|".join(words.split()))


BANS = (
    Ban(
        _any(
            """国家级 最高级 最佳(?:医院|医生|疗效|产品|品牌|选择) 排名第一 顶级(?:专家|医院|团队)
            最好的?(?:医院|医生|专家|产品|品牌|药) 最(?:权威|先进|顶级|有效)的
            (?:全国|全球|全省|世界|国内|行业)(?:第一|首家|首创|领先) 独家(?:秘方|配方|技术|疗法)"""
        ),
        "广告法第九条",
    ),
    Ban(
        _any(
            """治愈率 (?:有效|成功)率(?:达|高达|为|超过) 包治 根治 药到病除 [永绝]不复发 不再复发
            立竿见影 一针见效 (?:保证|确保|承诺)(?:有效|治愈|痊愈|安全|怀孕|顺产) 无效退款
            (?:百分之百|100%)(?:有效|安全|治愈|成功) (?:无|没有|零)(?:任何)?毒?副作用
            (?:患者|名人|明星|专家)(?:一致|倾情|强烈|联合)?推荐(?:使用|产品|品牌)"""
        ),
        "广告法第十六条",
    ),
    Ban(
        _any(
            r"""加(?:我|个)?微信 微信号 扫(?:描|一扫)?(?:[文上下][方面末])?的?二维码
            扫码(?:购买|下单|领取|咨询|加) (?:点击|戳)(?:链接|这里|下方)?(?:购买|下单|抢购)
            限时(?:优惠|特价|抢购|折扣) 优惠[券价] 优惠活动 特价 (?:免费|限量)(?:领取|试用|赠送)
            团购 秒杀 包邮 打折 买一送一 折扣价 [¥￥][0-9]+ 直播间 小店 橱窗 旗舰店 淘宝 京东 拼多多
            (?:仅需|只要|原价|现价|售价|特惠价?|套餐价?)[0-9]+(?:\.[0-9]+)?元"""
        ),
        "广告法第十九条",
    ),
    Ban(
        _any(
            r"""(?:推荐|首选|选购|购买|优选)[^。！？；\n]{0,8}(?:奶粉|配方奶) 母乳化(?:奶粉|配方)
            (?:奶粉|配方奶)[^。！？；\n]{0,6}(?:推荐|首选|排行|品牌)
            (?:媲美|接近|胜过|好过|优于|代替|替代)母乳的?(?:奶粉|配方)"""
        ),
        "广告法第二十条",
    ),
    Ban(
        _any("神医 神药 祖传 秘方 偏方治 包生[男女儿] 转胎[丸药] 包怀 包过"),
        "国卫办医政函〔2025〕419号",
    ),
    Ban(
        _any(
            r"""(?<![0-9])1[3-9][0-9][-\s]?[0-9]{4}[-\s]?[0-9]{4}(?![0-9])
            (?<![0-9])0[0-9]{2,3}[-\s]?[0-9]{7,8}(?![0-9])
            (?<![0-9])400[-\s]?[0-9]{3,4}[-\s]?[0-9]{3,4}(?![0-9])"""
        ),
        "国卫办医政函〔2025〕419号",
    ),
)
"""Public numbers of three and five digits (120, 12356) are no advertising and stay."""


def findings(text: str) -> list[Finding]:
    """Return every banned wording of a text, first ban first; empty when the text is clean."""
    joined = re.sub("[\\u200b-\\u200f\\u2060\\ufeff]", "", text)
    return [
        Finding(found.group(), ban.law) for ban in BANS for found in ban.pattern.finditer(joined)
    ]
