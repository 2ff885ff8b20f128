"""Merging: one good answer from several, nothing lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching.concepts import glossary
from cardbook.merging.content import Reader
from cardbook.merging.kept import COMPARED, Kept, Point, Spot
from cardbook.merging.merge import merge
from cardbook.merging.pieces import take_apart
from cardbook.merging.rows import row
from cardbook.merging.units import units
from cardbook.model import Block, Decision, Draft, Matching, RawNote, Verdict

CHINESE = Config(language="zh-CN")


def note(question: str, answer: str, file: str = "a.md") -> RawNote:
    blocks = (Block(answer, Span(file, 2)),) if answer else ()
    return RawNote(question, blocks, Span(file, 1))


def test_a_cluster_of_one_keeps_its_answer() -> None:
    """A question that stands in one file only keeps the answer as its author wrote it."""
    (draft,) = merge([note("什么是熵？", "熵是……\n\n- 甲\n- 乙")], Matching(((0,),), ()), CHINESE)
    assert draft.answer == "熵是……\n\n- 甲\n- 乙"


def test_an_unanswered_question_has_an_empty_answer() -> None:
    """A cluster without any answer is a draft with the answer left empty."""
    (draft,) = merge([note("什么是熵？", "")], Matching(((0,),), ()), CHINESE)
    assert draft.answer == ""


def test_doubtful_and_related_pairs_point_at_each_other() -> None:
    """Cards that were kept apart although they are close know each other."""
    notes = [note("甲", "一"), note("乙", "二"), note("丙", "三")]
    decisions = (Decision(0, 1, Verdict.RELATED, 0.5, ()), Decision(1, 2, Verdict.DOUBTFUL, 0.6, ()))
    drafts = merge(notes, Matching(((0,), (1,), (2,)), decisions), CHINESE)
    assert [draft.related for draft in drafts] == [(1,), (2, 0), (1,)]


def joined(question: str, *answers: str) -> Draft:
    """The card that several answers to one question make, each from a file of its own."""
    notes = [
        note(question, answer, f"{letter}.md") for letter, answer in zip("abcdef", answers, strict=False)
    ]
    (draft,) = merge(notes, Matching((tuple(range(len(notes))),), ()), CHINESE)
    return draft


REMEDIES = """过拟合是指训练误差低而测试误差高。

解决方法：

1. 增加训练数据：采集更多样本，或用生成的样本来补充。
2. Dropout：训练时随机丢弃神经元，减少共适应。
3. 降低模型复杂度：减少层数和通道数。"""


def test_an_added_item_stands_below_the_one_that_it_tells_more_of() -> None:
    """What says more of a point that is there already is no point of its own."""
    draft = joined(
        "什么是过拟合？怎么解决？",
        REMEDIES,
        "应对：\n\n- 数据增强扩充训练数据\n- 早停\n- 使用合适的模型：适当减少层数、降低参数量",
    )
    assert "来补充。\n   - 数据增强扩充训练数据（见 b.md）\n2. Dropout" in draft.answer
    assert "通道数。\n   - 使用合适的模型：适当减少层数、降低参数量（见 b.md）" in draft.answer
    assert draft.answer.endswith("\n4. 早停（见 b.md）")


def test_a_kind_stands_below_what_it_is_a_kind_of() -> None:
    """Names tell what is a part of what: L1 is a regularisation, and what names Dropout at once is wider."""
    frame = (
        "1. 正则化：给参数加上约束，让模型平滑。\n2. 加噪声：Dropout、标签平滑。\n3. 早停：验证误差不降就停。"
    )
    added = "- L1 惩罚：把权重推到零。\n- 标签平滑：不让输出过于自信。\n- 早停"
    draft = joined("怎么解决过拟合？", frame, added)
    assert draft.answer == (
        "1. 正则化：给参数加上约束，让模型平滑。\n   - L1 惩罚：把权重推到零（见 b.md）。\n"
        "2. 加噪声：Dropout、标签平滑。\n   - 标签平滑：不让输出过于自信（见 b.md）。\n"
        "3. 早停：验证误差不降就停。"
    )


def test_one_mark_is_enough_for_a_row_of_points() -> None:
    """Points of one file that stand together are marked once, at the last, with their number."""
    draft = joined(
        "怎么解决过拟合？", REMEDIES, "解决方法：\n\n- 早停\n- 标签平滑\n- 模型集成\n- 降低模型复杂度"
    )
    assert draft.answer.endswith("\n4. 早停\n5. 标签平滑\n6. 模型集成（以上 3 点见 b.md）")


def test_an_item_that_leans_on_the_one_before_it_stays_with_it() -> None:
    """ "If that is not enough" stands below what says "that", wherever the item before it went."""
    added = "解决方法：\n\n1. 先增加训练数据；\n2. 还不够就换小一点的网络。"
    draft = joined("怎么解决过拟合？", REMEDIES, added)
    assert "来补充。\n   - 还不够就换小一点的网络（见 b.md）。\n2. " in draft.answer


def test_an_item_stands_behind_the_section_that_it_tells_more_of() -> None:
    """Where the frame has sections instead of a list, an item on the subject of one goes there."""
    frame = (
        "### 加权\n\n给正负样本在损失上赋予不同的权重，少数类的权重高。\n\n"
        "### 采样\n\n对少数类过采样，对多数类欠采样。\n\n"
        "### 集成\n\n每次抽取一部分多数类训练一个模型，再投票。"
    )
    added = "- 损失的权重按类别设置，需要手动调。\n- 换一个评价指标。"
    draft = joined("类别不平衡怎么办？", frame, added)
    assert "权重高。\n\n损失的权重按类别设置，需要手动调（见 b.md）。\n\n### 采样" in draft.answer


def test_two_lists_that_answer_the_question_are_one_list() -> None:
    """The only list of one answer takes in the only list of another, though neither says what it is for."""
    draft = joined(
        "模型欠拟合了怎么办？",
        "按这个顺序：\n\n1. 检查代码：小批数据应当能学到零损失。\n2. 调学习率，训练更久。\n"
        "3. 放松约束：减弱权重衰减和数据增强。",
        "它在训练集上就学不好。依次试：\n\n1. 训练更久，换优化器。\n2. 减弱数据增强。\n3. 改进特征。",
    )
    assert "补充" not in draft.answer
    assert "它在训练集上就学不好" in draft.answer
    assert draft.answer.count("1. ") == 1


def test_two_lists_of_one_answer_are_for_two_ends() -> None:
    """Conditions do not end up among the remedies."""
    frame = (
        "处理方法：\n\n1. 预防死锁：按顺序申请资源，或一次申请全部资源，破坏循环等待。\n"
        "2. 避免死锁：银行家算法，只在安全的状态下分配资源。\n3. 解除死锁：剥夺资源，回滚或撤销进程。"
    )
    other = "四个必要条件：\n\n1. 互斥：资源一次只给一个进程。\n2. 循环等待：进程等成一个环。\n\n"
    draft = joined(
        "死锁的条件和处理方法？", frame, other + "解决：\n\n- 避免：银行家算法，分配前检查。\n- 忽略它。"
    )
    assert "撤销进程。\n4. 忽略它（见 b.md）。\n\n" in draft.answer
    assert draft.answer.index("补充") < draft.answer.index("互斥：")


def test_a_denial_is_another_name() -> None:
    """What is called 药物治疗 is no part of 非药物治疗."""
    frame = "1. 非药物治疗：限盐，减重，规律运动，心情舒畅。\n2. 手术：切除病灶。\n3. 定期复查。"
    draft = joined("高血压怎么治疗？", frame, "- 药物治疗：利尿剂、钙通道阻滞剂。\n- 非药物治疗：戒烟。")
    assert "   - 药物治疗" not in draft.answer and "药物治疗：利尿剂" in draft.answer


def test_what_can_not_be_compared_is_kept() -> None:
    """A text of many characters and few words is not said already because those few are."""
    frame = "要点：\n\n- 预防死锁：按顺序申请资源，破坏循环等待。\n- 避免死锁：银行家算法。"
    draft = joined("死锁怎么办？", frame, "占有并等待：持有资源的同时等待别的资源。")
    assert "占有并等待" in draft.answer


def test_the_question_names_what_all_of_them_ask_about() -> None:
    """A wording that names more than most of the others is no title for all."""
    asked = ("什么是过拟合？怎么解决？", "神经网络的正则化方法？过拟合怎么解决？", "如何解决过拟合")
    notes = [note(question, "", f"{k}.md") for k, question in enumerate(asked)]
    (draft,) = merge(notes, Matching(((0, 1, 2),), ()), Config())
    assert draft.question == asked[0]


def test_one_word_in_common_covers_nothing() -> None:
    """A sentence is not said already where only the question's words and one more recur."""
    frame = "要注意：训练集上开着 Dropout 会抬高损失，这不等于欠拟合。"
    draft = joined("模型欠拟合了怎么办？", frame, "加更多同样的训练数据对欠拟合没有帮助。")
    assert "没有帮助" in draft.answer


def test_lists_for_different_ends_are_not_mixed() -> None:
    """Signs of overfitting are no remedies, whatever words they share."""
    signs = "表现：\n\n- 增加训练数据之后误差下降\n- Dropout 关掉之后训练误差更低"
    draft = joined("什么是过拟合？怎么解决？", REMEDIES, signs)
    assert draft.answer.startswith(REMEDIES)
    assert "表现" in draft.answer[len(REMEDIES) :]


def test_a_second_definition_is_left_out_and_what_it_adds_is_kept() -> None:
    """Two definitions of one thing do not both stay, whichever way they are put."""
    other = "模型在训练数据上误差低、在测试数据上误差高，就叫过拟合。样本少、参数多时最容易出现。"
    draft = joined("什么是过拟合？怎么解决？", REMEDIES, other)
    assert "就叫" not in draft.answer
    assert [covered.text for covered in draft.covered] == [other.split("。")[0] + "。"]
    assert "样本少、参数多时最容易出现（见 b.md）。\n\n解决方法" in draft.answer


def test_more_of_an_item_stands_below_it() -> None:
    """An item of the same name that says something else is no item of its own."""
    draft = joined(
        "怎么解决过拟合？",
        REMEDIES,
        "解决方法：\n\n- Dropout：推理时要关闭，卷积层里效果弱，常用的比率在百分之十到五十。\n- 早停",
    )
    assert "共适应。\n   - Dropout：推理时要关闭" in draft.answer
    assert "\n4. 早停（见 b.md）" in draft.answer


def test_the_same_answer_twice_is_one_answer() -> None:
    """Copies add nothing, not even a mark or a record."""
    draft = joined("怎么解决过拟合？", REMEDIES, REMEDIES)
    assert (draft.answer, draft.covered) == (REMEDIES, ())


def test_a_point_is_compared_with_few_others_however_many_there_are() -> None:
    """A thousand answers to one question cost a thousand times one answer, not a million times."""
    read, kept = Reader(glossary()), Kept()
    (unit,) = units(take_apart("- 增加训练数据"))
    for number in range(1000):
        text = f"增加训练数据，第{number}种办法 w{number}"
        kept.add(Point(text, "a.md", unit, read(text), read(text)), Spot(unit, "a.md"))
    assert len(list(kept.like(read("增加训练数据 w7")))) <= COMPARED
    assert any("w7" in point.text for point in kept.like(read("增加训练数据 w7")))


def test_the_tags_of_all_notes_are_kept() -> None:
    """Each tag once, in the order of the notes."""
    tagged = [
        replace(note("甲？", "一"), tags=("x", "y")),
        replace(note("甲？", "二", "b.md"), tags=("y", "z")),
    ]
    (draft,) = merge(tagged, Matching(((0, 1),), ()), CHINESE)
    assert draft.tags == ("x", "y", "z")


def test_a_point_with_a_number_of_its_own_is_not_said_by_one_without() -> None:
    """A date, a size or a percentage is what a reader would miss."""
    ours = "- murder of the archduke in June 1914, after which Austria sent an ultimatum\n- alliances\n- arms race"
    draft = joined("Why did the war begin?", ours, "- murder of the archduke, 28 June 1914\n- alliances")
    assert "28 June 1914" in draft.answer


@pytest.mark.parametrize(
    ("paragraph", "parts"),
    [
        ("a. 早停  \nb. 增加数据", ("早停", "增加数据")),
        ("1）早停；2）增加数据；3）权重衰减。", ("早停", "增加数据", "权重衰减")),
        (
            "早停；更多数据（采集、合成；增强）；权重衰减。",
            ("早停", "更多数据（采集、合成；增强）", "权重衰减"),
        ),
        ("早停、增加数据、权重衰减、dropout 等方法。", ("早停", "增加数据", "权重衰减", "dropout")),
        (
            "early stopping, more data, weight decay and dropout",
            ("early stopping", "more data", "weight decay", "dropout"),
        ),
        ("缺点：慢；占内存；难调。", ()),
        ("池化（pooling）对特征图降采样。", ()),
        ("早停、增加数据、权重衰减都能防止过拟合。它们可以一起用。", ()),
    ],
)
def test_a_list_in_all_but_its_form(paragraph: str, parts: tuple[str, ...]) -> None:
    """Lettered lines, counted or short clauses and rows of names are points; sentences are not."""
    assert row(paragraph) == parts


def test_a_row_of_names_goes_into_the_list() -> None:
    """What a sentence only counts up goes into the list of the answer, item by item."""
    frame = "- dropout：训练时随机丢弃神经元\n- 早停：验证集误差不再下降时停止\n- 权重衰减：惩罚大的权重"
    draft = joined("怎么防止过拟合？", frame, "早停、dropout、权重衰减、标签平滑、数据增强。")
    assert "补充" not in draft.answer
    assert "标签平滑" in draft.answer
    assert draft.answer.count("早停") == 1


@pytest.mark.parametrize(
    ("frame", "other", "fact"),
    [
        (
            "M.A.I.N.: militarism, alliances, imperialism, nationalism. The spark was the murder of the archduke.",
            "Militarism, alliances, imperialism and nationalism, and the murder of the archduke in Sarajevo.",
            "Sarajevo",
        ),
        (
            "1. 数据增强：旋转、平移、缩放。\n2. 早停。",
            "- 数据增强（镜像、随机裁剪、色彩转换、局部弯曲）\n- 早停",
            "色彩转换",
        ),
        (
            "- 叶子节点链表，查询方便\n- 层数少",
            "内部节点无数据，一页放更多键，树更矮；叶子节点用双向链表连接。",
            "双向链表",
        ),
        ("It is a keyword.\n\n### Answer: B", "### Answer: `object`", "`object`"),
        (
            "Four causes:\n\n- alliances\n- pride",
            "The shot at Sarajevo was one cause:\n\n- alliances",
            "Sarajevo",
        ),
    ],
)
def test_what_stands_nowhere_else_is_not_covered(frame: str, other: str, fact: str) -> None:
    """However much two points share: a name, or much that the answer does not say, keeps the second one."""
    draft = joined("何也？", frame, other)
    assert fact in draft.answer
    assert not any(fact in covered.text for covered in draft.covered)


def test_counted_steps_are_the_steps_of_a_list() -> None:
    """ "第一次：" says no more than the number of an item."""
    draft = joined("握手的过程", "1. 客户端发送 SYN\n2. 服务端回复 SYN 和 ACK\n3. 客户端回复 ACK",
                   "第一次：客户端发送 SYN；第二次：服务端回复 SYN 和 ACK；第三次：客户端回复 ACK。")  # fmt: skip
    assert "第" not in draft.answer


def test_names_in_a_row_are_the_items_of_the_list() -> None:
    """What only counts up once more what a list says is left out, what follows it stands behind the list."""
    draft = joined(
        "进程间如何通信？",
        "- 管道（匿名管道、命名管道）\n- 消息队列\n- 共享内存\n- 信号量\n- socket",
        "管道、消息队列、共享内存、信号量、套接字。其中共享内存最快，因为数据不必在内核和用户空间之间拷贝。",
    )
    assert "套接字" not in draft.answer
    assert "- socket\n\n其中共享内存最快" in draft.answer


def test_names_with_and_without_what_they_are_are_one() -> None:
    """互斥条件 is 互斥, where one asks for conditions."""
    draft = joined(
        "死锁的必要条件有哪些？",
        "1. 互斥\n2. 占有并等待\n3. 不可抢占\n4. 循环等待",
        "互斥条件、请求与保持条件、不剥夺条件、环路等待条件。",
    )
    assert draft.answer.endswith("4. 循环等待")


def test_the_only_lists_for_what_is_asked_are_one() -> None:
    """Also when no item of the one is near one of the other: two lists would stand below each other."""
    draft = joined(
        "什么情况下索引会失效？",
        "- 以 % 开头的模糊匹配\n- 隐式类型转换\n- 对列做运算",
        "- 最左前缀不满足\n- 优化器认为全表更快",
    )
    assert "补充" not in draft.answer
    assert draft.answer.count("\n- ") == 4


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Is merge sort in place?", "Merge sort is an in-place algorithm.", "Merge sort is not an in-place algorithm."),
        ("ArrayList 线程安全吗？", "ArrayList 是线程安全的容器。", "ArrayList 不是线程安全的容器。"),
        ("Complexity of heapify?", "It takes O(n) for an array of n items.", "It takes O(n log n) for an array of n items."),
        ("默认的存储引擎是什么？", "MySQL 默认的存储引擎是行式的那种。", "MySQL 默认的存储引擎是内存表。"),
        ("Symptoms of a cold?", "- Runny nose\n- Joint pain", "- Runny nose\n- No joint pain in adults"),
        ("学习率对训练有什么影响", "学习率过大时训练过程会震荡。", "学习率过小时训练过程会震荡。"),
        ("合同何时生效？", "口头形式的合同依法有效。", "口头形式的合同依法无效。"),
        ("Mitochondria in plants?", "Mitochondria are found in plants.", "Mitochondria are never found in plants."),
        ("Was the treaty ratified?", "The Senate ratified the treaty.", "The Senate never ratified the treaty."),
        ("树的高度是多少", "红黑树的高度是 O(log n) 级别。", "红黑树的高度是 O(n) 级别。"),
        ("Where is the Calvin cycle?", "The Calvin cycle is in the stroma.", "The Calvin cycle is in the thylakoid."),
    ],
)  # fmt: skip
def test_a_contradiction_is_never_covered(question: str, one: str, other: str) -> None:
    """What denies a point of the answer, or has another name, formula or value in its place, stays, with its file."""
    for draft in (joined(question, one, other), joined(question, other, one)):
        for text in (*one.split("\n"), *other.split("\n")):
            assert text.strip("- .。") in draft.answer, draft.answer
        assert not any(left.text in (one, other) for left in draft.covered)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Is merge sort stable?", "Merge sort is a stable sorting algorithm.", "Merge sort is stable."),
        ("为什么要加锁", "加锁是为了保证数据的一致性，避免脏写。", "加锁是为了保证数据一致性。"),
        ("如何防止过拟合", "- 早停：验证误差不再下降时停止训练\n- 数据增强", "- 早停\n- 没有更多数据时做数据增强"),
        ("什么是死锁", "死锁是指多个线程互相等待资源而都无法继续。", "死锁是多个线程互相等待资源。"),
    ],
)  # fmt: skip
def test_what_says_the_same_contradicts_nothing(question: str, one: str, other: str) -> None:
    """A shorter wording, or a denial that is about something else, is no contradiction."""
    assert len(joined(question, one, other).answer.split("\n")) == len(one.split("\n"))


def test_steps_keep_their_order() -> None:
    """A step that the answer lacks goes below as a supplement, not behind the last one; a name of one is that one."""
    draft = joined(
        "归并排序的步骤",
        "1. 把数组从中间分成两半\n2. 分别对两半递归排序\n3. 合并两个有序的半边，用一个辅助数组\n4. 拷贝回原数组",
        "1. 检查长度，为 1 就返回\n2. 分成两半\n3. 递归\n4. 合并",
    )
    steps, more = draft.answer.split("**补充（见 b.md）**")
    assert steps.strip().endswith("4. 拷贝回原数组")
    assert steps.count("\n") == 5
    assert "检查长度" in more
    assert {left.text for left in draft.covered} == {"分成两半", "递归", "合并"} - {
        text for text in ("分成两半", "递归", "合并") if text in draft.answer
    }


def test_first_and_then_are_steps() -> None:
    """Also where the question does not say so; what tells more of one step stands below it."""
    draft = joined(
        "How is bread made?",
        "- First mix flour, water and yeast into a dough\n- Then knead the dough for ten minutes\n- Finally bake it",
        "- Clean the bowls\n- Knead the dough by hand or with a hook",
    )
    assert "- Finally bake it\n\n**" in draft.answer
    assert "\n  - Knead the dough by hand" in draft.answer
