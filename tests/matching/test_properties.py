"""What holds for any notes: the partition is one, the same in any order, and a person has the last word."""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import generated
from benchmarks.yardstick import pairs
from cardbook.config import Config
from cardbook.diagnostics import Span
from cardbook.matching import explain, match
from cardbook.matching.wording import same_string
from cardbook.model import Block, Matching, RawNote, Verdict

QUESTIONS = sorted({text for pair in pairs() for text in (pair.one, pair.other)})
ANSWERS = (
    "",
    "因为网络太深，梯度连乘之后越来越小，前面的层几乎不再更新。",
    "Use dropout, weight decay and early stopping.",
)


def note(question: str, answer: str = "", line: int = 1) -> RawNote:
    blocks = (Block(answer, Span("a.md", line + 1)),) if answer else ()
    return RawNote(question, blocks, Span("a.md", line))


some_notes = st.lists(
    st.tuples(st.sampled_from(QUESTIONS) | st.text(max_size=30), st.sampled_from(ANSWERS)), max_size=25
).map(lambda texts: [note(question, answer, 3 * i + 1) for i, (question, answer) in enumerate(texts)])


def named(matching: Matching, notes: list[RawNote]) -> set[frozenset[Span]]:
    return {frozenset(notes[i].span for i in cluster) for cluster in matching.clusters}


@settings(max_examples=60, deadline=None)
@given(some_notes)
def test_every_note_is_in_one_cluster(notes: list[RawNote]) -> None:
    """The clusters are a partition, ordered by first member; decisions are ordered pairs of notes."""
    found = match(notes, Config())
    assert sorted(i for cluster in found.clusters for i in cluster) == list(range(len(notes)))
    assert list(found.clusters) == sorted(tuple(sorted(cluster)) for cluster in found.clusters)
    assert all(0 <= d.a < d.b < len(notes) and d.reasons and 0 <= d.score <= 1 for d in found.decisions)


@settings(max_examples=60, deadline=None)
@given(some_notes, st.randoms(use_true_random=False))
def test_order_changes_nothing(notes: list[RawNote], order: random.Random) -> None:
    """Files in another order make the same cards for the same reasons."""
    shuffled = order.sample(notes, len(notes))
    one, other = match(notes, Config()), match(shuffled, Config())
    assert named(one, notes) == named(other, shuffled)
    verdicts = [
        sorted(
            (sorted((found_in[d.a].span, found_in[d.b].span)), d.verdict.value, sorted(d.reasons))
            for d in found.decisions
        )
        for found, found_in in ((one, notes), (other, shuffled))
    ]
    assert verdicts[0] == verdicts[1]


@settings(max_examples=60, deadline=None)
@given(some_notes)
def test_sure_pairs_are_the_clusters(notes: list[RawNote]) -> None:
    """What is doubtful or related by decision never hides in a cluster as the only reason for it."""
    found = match(notes, Config())
    sure = [d for d in found.decisions if d.verdict is Verdict.SAME]
    joined = {i: {i} for i in range(len(notes))}
    for decision in sure:
        union = joined[decision.a] | joined[decision.b]
        for i in union:
            joined[i] = union
    assert {frozenset(union) for union in joined.values()} == {frozenset(c) for c in found.clusters}


@settings(max_examples=60, deadline=None)
@given(some_notes, st.data())
def test_a_person_has_the_last_word(notes: list[RawNote], data: st.DataObject) -> None:
    """Whatever stands under `merge` is together; what stands under `separate`, and not under `merge`, is apart."""
    questions = sorted({n.question for n in notes if same_string(n.question)}) or ["x", "y"]
    pair = st.lists(st.sampled_from(questions), min_size=2, max_size=2, unique_by=same_string)
    if len({same_string(question) for question in questions}) < 2:
        return
    merge, separate = tuple(data.draw(pair)), tuple(data.draw(pair))
    alike = [{same_string(text) for text in group} for group in (merge, separate)]
    found = match(notes, Config(merge=(merge,), separate=(separate,)))
    for cluster in found.clusters:
        strings = {same_string(notes[i].question) for i in cluster}
        assert not alike[0] & strings or alike[0] <= strings
        if not alike[0] & alike[1]:
            assert not alike[1] <= strings or alike[0] <= strings


@settings(max_examples=100, deadline=None)
@given(some_notes, st.data())
def test_a_decision_to_merge_never_makes_more_cards(notes: list[RawNote], data: st.DataObject) -> None:
    """What was together stays so, but for what is to be kept separate; one `merge:` more never adds a card."""
    questions = st.sampled_from(sorted({n.question for n in notes}) or ["x", "y"])
    groups = st.lists(st.tuples(questions, questions), max_size=3).map(tuple)
    merge, separate, more = data.draw(groups), data.draw(groups), data.draw(st.tuples(questions, questions))
    before = match(notes, Config(merge=merge, separate=separate)).clusters
    after = match(notes, Config(merge=(*merge, more), separate=separate)).clusters
    assert len(after) <= len(before)
    if not separate:
        assert all(any(set(cluster) <= set(wider) for wider in after) for cluster in before)


def test_same_joins_the_whole_of_both_cards() -> None:
    """A pair merged by a person brings along what each was merged with, and none of it is asked about again."""
    steps = "客户端发 SYN；服务端回 SYN 和 ACK；客户端再发 ACK，连接建立，双方确认收发能力。"
    notes = [
        note("TCP 三次握手", steps, 1),
        note("为什么握手需要三次而不是两次？", "迟到的旧报文会白白占用资源。", 5),
        note("TCP三次握手的过程？为什么不是两次？", f"{steps}两次的话，服务端不知道客户端能否收到。", 9),
    ]
    assert match(notes, Config()).clusters == ((0, 2), (1,))
    found = match(notes, Config(merge=((notes[1].question, notes[2].question),)))
    assert found.clusters == ((0, 1, 2),)
    assert all(decision.verdict is Verdict.SAME for decision in found.decisions)


def test_a_chain_does_not_drag_its_ends_together() -> None:
    """a ~ b and b ~ c do not merge a and c where a and c plainly ask different things; the reason is told."""
    definition = "过拟合指模型在训练数据上表现好，在新数据上表现差，泛化能力不足，学到了噪声。"
    remedy = "解决方法：增加训练数据，正则化，dropout，早停，降低模型复杂度，数据增强，集成学习。"
    notes = [
        note("什么是过拟合？", definition, 1),
        note("什么是过拟合？怎么解决过拟合？", definition + remedy, 5),
        note("怎么解决过拟合？", remedy, 9),
    ]
    found = match(notes, Config())
    assert not any({0, 2} <= set(cluster) for cluster in found.clusters)
    assert any(d.verdict is Verdict.DOUBTFUL for d in found.decisions)


def test_a_stub_joins_the_answered_card() -> None:
    """A question without an answer goes to the card that answers it, also when that card asks more."""
    answer = "原因：网络太深，导数连乘。解决：换激活函数，梯度裁剪，残差连接，批归一化，合适的初始化。"
    notes = [note("梯度消失的原因及解决方法", answer, 1), note("梯度消失的原因", "", 9)]
    assert match(notes, Config()).clusters == ((0, 1),)


def test_bare_aspects_belong_to_their_chapter() -> None:
    """ "损失函数" under GAN is not "损失函数" under VAE, nor are two chapters' "优点" one."""
    heads = [("损失函数", "GAN"), ("损失函数", "VAE"), ("优点", "GAN"), ("优点", "VAE")]
    notes = [RawNote(q, (), Span("a.md", i + 1), topics=(t,)) for i, (q, t) in enumerate(heads)]
    assert len(match(notes, Config()).clusters) == 4
    notes[1] = RawNote("损失函数", (), Span("b.md", 1), topics=("生成对抗网络",))
    assert len(match(notes, Config()).clusters) == 3


def test_terms_of_the_user_are_synonyms() -> None:
    """`terms:` makes two names one concept, in any subject."""
    notes = [note("什么是表见代理"), note("什么是外观代理", line=5)]
    assert len(match(notes, Config()).clusters) == 2
    assert len(match(notes, Config(terms=(("表见代理", "外观代理"),))).clusters) == 1


def test_a_thousand_copies_are_one_card() -> None:
    """Copies cost no more than they are: one cluster, about one decision each, quickly."""
    notes = [note("什么是过拟合？", ANSWERS[i % 3], i + 1) for i in range(1000)]
    start = time.process_time()
    found = match(notes, Config())
    assert len(found.clusters) == 1
    assert len(found.decisions) < 2000
    assert time.process_time() - start < 10


def test_two_thousand_notes_take_seconds() -> None:
    """The index keeps the work near-linear: far fewer pairs are judged than there are."""
    notes = generated(2000)
    start = time.process_time()
    found = match(notes, Config())
    assert len(found.decisions) < 20 * len(notes)
    assert time.process_time() - start < 20


FALL = "Economic decline, slave labour, military overspending, barbarian invasions and the division of East and West."


def test_the_same_answer_to_other_words_is_doubtful() -> None:
    """Questions without a common word are compared when their answers speak of the same rare things."""
    notes = [
        note("Why did the Roman Empire fall?", f"{FALL} The last emperor was deposed in 476.", 1),
        note("What led to the collapse of Rome?", f"In 476 the last emperor was deposed. {FALL}", 9),
    ]
    (found,) = match(notes, Config()).decisions
    assert found.verdict is Verdict.DOUBTFUL


def test_answers_alike_in_form_do_not_merge_siblings() -> None:
    """Where only a name differs, each side has its own, and like answers are what one expects of siblings."""
    form = "主体是一般主体，主观上有非法占有的目的，客观上{}数额较大的公私财物，客体是公私财物的所有权。"
    notes = [
        note("诈骗罪的构成要件", form.format("虚构事实骗取"), 1),
        note("盗窃罪的构成要件", form.format("秘密窃取"), 9),
    ]
    assert len(match(notes, Config()).clusters) == 2
    moments = "用{}自适应地调整每个参数的学习率，收敛快；随机梯度下降用统一的学习率，收敛慢但泛化往往更好。"
    notes = [
        note("Adam 和 SGD 的区别", moments.format("一阶矩和二阶矩"), 1),
        note("RMSProp 和 SGD 的区别", moments.format("二阶矩"), 9),
    ]
    assert [d.verdict for d in match(notes, Config()).decisions] == [Verdict.RELATED]


def test_explain_tells_merged_and_kept_apart() -> None:
    """The explanation of a question names what it reads as, its places, and each decision with its reason."""
    notes = [note("什么是过拟合？"), note("过拟合是什么", line=5), note("过拟合的原因", line=9)]
    found = match(notes, Config())
    text = explain("什么是过拟合", notes, found, Config())
    for part in ("reads as", "a.md:5:1", "merged with", "related, kept apart", "a.md:9:1", "definition"):
        assert part in text
    assert "No note asks" in explain("量子力学", notes, found, Config())
