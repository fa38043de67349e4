"""What every codec must keep: its grammar says yes to what the env says yes to, and never falls over."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from fwd.api import Applied, Codec, Env, Fact, Goal, Proof, ProofGraph, Rejected, Step
from fwd.errors import CodecError
from fwd.testing.contracts.running import growth, require, spread, value, walk


class CodecContract:
    """Fixtures: `env`, `codec`, `make_codec` (a fresh codec over the same env) and `proofs`, known proofs of canonical
    goals."""

    tolerated: frozenset[str] = frozenset()
    """Codes with which the env may reject a step that the grammar allowed; none for a strong grammar."""

    def test_vocabulary(self, codec: Codec, make_codec: Callable[[], Codec]) -> None:
        tokens = codec.vocabulary.tokens
        require(len(set(tokens)) == len(tokens), "a token is twice in the vocabulary")
        require(0 <= codec.step_token < len(tokens), "step_token is not in the vocabulary")
        again = make_codec().vocabulary
        require(again.fingerprint == codec.vocabulary.fingerprint, "a fresh codec has another vocabulary")

    def test_cursors_never_raise(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        for graph, rng in _graphs(env, proofs, repeats=4):
            try:
                *_, cursor = walk(codec, graph, rng)
                if cursor.complete:
                    cursor.step()
            except AssertionError:
                raise
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                raise AssertionError(
                    f"{graph.goal.name}: the cursor raised {what} in a step of known tokens"
                ) from error

    def test_everything_known_can_be_encoded(self, codec: Codec, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            lists = [codec.encode_goal(proof.goal)]
            for index, fact in enumerate(proof.facts):
                lists.append(codec.encode_fact(index, fact))
                lists += [codec.encode_step(fact.step)] if fact.step else []
            for tokens in lists:
                require(_ids(codec, tokens), f"{proof.goal.name}: not a list of token ids: {tokens}")

    def test_encoding_tells_things_apart(self, codec: Codec, proofs: Sequence[Proof]) -> None:
        steps = {fact.step for proof in proofs for fact in proof.facts if fact.step}
        require(len({tuple(codec.encode_step(step)) for step in steps}) == len(steps), "two steps have the same tokens")
        statements = {fact.statement for proof in proofs for fact in proof.facts}
        encoded = {tuple(codec.encode_fact(0, Fact(statement))) for statement in statements}
        require(len(encoded) == len(statements), "two statements have the same tokens")

    def test_what_does_not_fit_is_a_codec_error(self, codec: Codec, proofs: Sequence[Proof]) -> None:
        fact = proofs[0].facts[0]
        calls: list[Callable[[], object]] = [
            lambda: codec.encode_fact(10**9, fact),
            lambda: codec.encode_step(Step("no such label")),
            lambda: codec.encode_goal(Goal("junk", "no such thing \u2603")),
        ]
        for call in calls:
            try:
                call()
            except CodecError:
                continue
            raise AssertionError("what the vocabulary cannot say must be a CodecError")

    def test_cursor_accepts_known_steps(self, env: Env, codec: Codec, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for graph, index in growth(env, proof):
                step = proof.facts[index].step
                assert step is not None
                tokens = codec.encode_step(step)
                cursor = codec.cursor(graph)
                for place, token in enumerate(tokens):
                    require(
                        not cursor.complete,
                        f"{proof.goal.name}: {step} is complete after {place} tokens: not prefix-free",
                    )
                    require(token in cursor.allowed(), f"{proof.goal.name}: token {place} of {step} is not allowed")
                    require(cursor.push(token), f"{proof.goal.name}: token {place} of {step} is refused")
                require(cursor.complete, f"{proof.goal.name}: {step} is not complete after all its tokens")
                require(cursor.step() == step, f"{proof.goal.name}: {step} comes back as {cursor.step()}")

    def test_allowed_is_sorted_ids(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        for graph, rng in _graphs(env, proofs):
            for cursor in walk(codec, graph, rng):
                allowed = cursor.allowed()
                require(isinstance(allowed, np.ndarray) and allowed.dtype == np.int64, "allowed must be int64")
                require(
                    allowed.ndim == 1 and bool(np.all(np.diff(allowed) > 0)), "allowed must ascend, without repeats"
                )
                require(_ids(codec, allowed.tolist()), "allowed names a token that does not exist")

    def test_refused_tokens_leave_the_cursor_as_it_was(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        for graph, _ in _graphs(env, proofs):
            before = set(codec.cursor(graph).allowed().tolist())
            for token in spread(sorted(before), 50):
                cursor = codec.cursor(graph)
                if cursor.push(token):
                    continue
                require(not cursor.complete, "a cursor is complete after a refused token")
                after = set(cursor.allowed().tolist())
                require(after <= before - {token}, "allowed still names a refused token, or others than before")

    def test_sampled_steps_hold(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        finished = 0
        for graph, rng in _graphs(env, proofs, repeats=4):
            before = value(graph)
            *_, cursor = walk(codec, graph, rng)
            require(value(graph) == before, "a cursor changed the graph")
            if not cursor.complete:
                continue
            finished += 1
            step = cursor.step()
            answer = env.apply(graph, step)
            fine = isinstance(answer, Applied) or (isinstance(answer, Rejected) and answer.code in self.tolerated)
            require(fine, f"{graph.goal.name}: the grammar allowed {step}, the env says {answer}")
            again = codec.cursor(graph)
            accepted = all(token in again.allowed() and again.push(token) for token in codec.encode_step(step))
            require(accepted and again.complete and again.step() == step, f"{step} does not survive a round trip")
        require(finished > 0, "no walk through the grammar ever ended in a step")

    def test_cursors_do_not_disturb_each_other(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        for graph, rng in _graphs(env, proofs):
            first, second = codec.cursor(graph), codec.cursor(graph)
            leading = _leading(codec, graph)
            for _ in walk(codec, graph, rng, first):
                pass
            require(not second.complete, "one cursor moved another")
            require(leading <= set(second.allowed().tolist()), "one cursor took tokens from another")
            require(_leading(codec, graph) == leading, "a cursor changed what later ones of the same graph may say")

    def test_a_grown_graph_has_a_new_grammar(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in spread(proofs, 8):
            graph = env.begin(proof.goal)
            rng = random.Random(0)
            for _ in range(4):
                *_, cursor = walk(codec, graph, rng)
                answer = env.apply(graph, cursor.step()) if cursor.complete else None
                if isinstance(answer, Applied):
                    graph.add(answer.fact)
            fresh = ProofGraph(graph.goal, graph.facts)
            require(
                _leading(codec, graph) == _leading(codec, fresh),
                f"{proof.goal.name}: the grammar of a graph depends on how it grew",
            )

    def test_augmented_proofs_are_equivalent(self, codec: Codec, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for seed in range(3):
                other = codec.augment(proof, random.Random(seed))
                require(other == codec.augment(proof, random.Random(seed)), "augment depends on more than its rng")
                require(
                    env.canonical(other.goal) == other.goal, f"{proof.goal.name}: augment leaves canonical spelling"
                )
                require(env.key(other.goal) == env.key(proof.goal), f"{proof.goal.name}: augment changes the key")
                verdict = env.check(other.goal, other)
                require(verdict.proved, f"{proof.goal.name}: augment breaks the proof: {verdict.reason}")
                require(_ids(codec, codec.encode_goal(other.goal)), "an augmented goal cannot be encoded")

    def test_descriptions_are_token_ids(self, codec: Codec) -> None:
        for token, text in codec.descriptions().items():
            require(_ids(codec, [token, *text]), f"the description of token {token} is not made of tokens")


def _ids(codec: Codec, tokens: Sequence[int]) -> bool:
    return all(isinstance(one, int) and 0 <= one < len(codec.vocabulary) for one in tokens)


def _graphs(env: Env, proofs: Sequence[Proof], repeats: int = 1) -> Iterator[tuple[ProofGraph, random.Random]]:
    """Graphs at the beginning, half way and at the end of known proofs, each with its own random numbers."""
    for number, proof in enumerate(spread(proofs, 12)):
        hypotheses = len(proof.goal.hypotheses)
        for size in sorted({hypotheses, (hypotheses + len(proof.facts)) // 2, len(proof.facts)}):
            for repeat in range(repeats):
                rng = random.Random(f"{number} {size} {repeat}")
                yield ProofGraph(env.canonical(proof.goal), proof.facts[:size]), rng


def _leading(codec: Codec, graph: ProofGraph) -> set[int]:
    """The first tokens that lead somewhere. (`allowed` may name others as long as nobody has tried them.)"""
    return {token for token in codec.cursor(graph).allowed().tolist() if codec.cursor(graph).push(token)}
