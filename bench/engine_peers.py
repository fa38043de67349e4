"""What `engine.py` compares with: re-encoding in plain torch, Hugging Face's `generate`, and bare matrix products.

All get the same weights and the same transcripts, and write steps of the same mean length; none has to look at the
grammar or to sample from it, which spares them what the engine's time includes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from engine_work import clock
from fwd.model.attention import Attend
from fwd.model.transformer import Transformer
from fwd.settings import ModelConfig
from torch import Tensor
from torch.nn import functional as F

BATCH = 4096
"""Tokens that are encoded at a time, transcripts of about the same length together."""


def batches(transcripts: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """The transcripts by length, about `BATCH` tokens at a time."""
    batch: list[list[int]] = []
    for transcript in sorted(transcripts, key=len):
        if batch and (len(batch) + 1) * len(transcript) > BATCH:
            yield batch
            batch = []
        batch.append(transcript)
    yield batch


class StepCache:
    """Attention with keys and values that live for one step: first all transcripts, padded to the longest, then a token
    of each at a time."""

    def __init__(self, lengths: Tensor, span: int, config: ModelConfig) -> None:
        head = config.d_model // config.n_heads
        shape = (len(lengths), config.n_kv_heads, span, head)
        self.keys = [torch.zeros(shape) for _ in range(config.n_layers)]
        self.values = [torch.zeros(shape) for _ in range(config.n_layers)]
        self.rows = torch.arange(len(lengths))

    def encode(self, longest: int) -> Attend:
        """For the padded transcripts."""
        count = len(self.rows)

        def attend(layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            query, key, value = (x.view(count, longest, -1, x.shape[-1]).transpose(1, 2) for x in (query, key, value))
            self.keys[layer][:, :, :longest], self.values[layer][:, :, :longest] = key, value
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
            return mixed.transpose(1, 2).reshape(count * longest, -1)

        return attend

    def decode(self, places: Tensor) -> Attend:
        """For one token each, at these places."""
        span = int(places.max()) + 1
        mask = (torch.arange(span) <= places[:, None])[:, None, None]

        def attend(layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            keys, values = self.keys[layer], self.values[layer]
            keys[self.rows, :, places], values[self.rows, :, places] = key, value
            mixed = F.scaled_dot_product_attention(
                query[:, :, None], keys[:, :, :span], values[:, :, :span], attn_mask=mask
            )
            return mixed.flatten(1)

        return attend


@torch.inference_mode()
def padded_reencoding(model: Transformer, transcripts: Sequence[list[int]], step_tokens: int) -> float:
    """Steps a second if every step begins by encoding its whole transcript, in plain torch."""
    table = model.table()
    started = clock()
    for batch in batches(transcripts):
        lengths = torch.tensor([len(transcript) for transcript in batch])
        longest = int(lengths.max())
        tokens = torch.zeros(len(batch), longest, dtype=torch.long)
        for row, transcript in enumerate(batch):
            tokens[row, : len(transcript)] = torch.tensor(transcript)
        cache = StepCache(lengths, longest + step_tokens, model.config)
        positions = torch.arange(longest).repeat(len(batch))
        hidden = model.body(table, tokens.view(-1), positions, cache.encode(longest))
        hidden = hidden[torch.arange(len(batch)) * longest + lengths - 1]
        for step in range(step_tokens - 1):
            token = model.head(table, hidden).argmax(-1)
            hidden = model.body(table, token, lengths + step, cache.decode(lengths + step))
        model.head(table, hidden).argmax(-1)
    return len(transcripts) / (clock() - started)


def llama(model: Transformer) -> object:
    """The same model as a `LlamaForCausalLM` of transformers."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config, table = model.config, model.table().detach()
    peer = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(table),
            hidden_size=config.d_model,
            intermediate_size=config.d_ff,
            num_hidden_layers=config.n_layers,
            num_attention_heads=config.n_heads,
            num_key_value_heads=config.n_kv_heads,
            max_position_embeddings=config.max_tokens + 64,
            rms_norm_eps=1e-5,
            rope_theta=config.rope_theta,
            tie_word_embeddings=False,
            pad_token_id=0,
            bos_token_id=None,
            eos_token_id=None,
        )
    ).eval()
    state = {
        "model.embed_tokens.weight": table * config.d_model**0.5,
        "lm_head.weight": table,
        "model.norm.weight": model.final_norm.weight,
    }
    d, kv = config.d_model, config.n_kv_heads * (config.d_model // config.n_heads)
    for layer, block in enumerate(model.blocks):
        query, key, value = block.query_key_value.weight.split([d, kv, kv])
        gate, up = block.gate_up.weight.chunk(2)
        parts = {
            "self_attn.q_proj": query,
            "self_attn.k_proj": key,
            "self_attn.v_proj": value,
            "self_attn.o_proj": block.attention_out.weight,
            "mlp.gate_proj": gate,
            "mlp.up_proj": up,
            "mlp.down_proj": block.down.weight,
            "input_layernorm": block.attention_norm.weight,
            "post_attention_layernorm": block.feed_norm.weight,
        }
        state.update({f"model.layers.{layer}.{name}.weight": weight for name, weight in parts.items()})
    peer.load_state_dict(state)
    return peer


@torch.inference_mode()
def hugging_face(model: Transformer, transcripts: Sequence[list[int]], step_tokens: int) -> float:
    """Steps a second of `transformers`, `generate` called for every step. Checks that it computes the same."""
    peer = llama(model)
    probe = torch.tensor([transcripts[0]])
    exact = model(model.table(), probe)[-1]
    assert torch.allclose(peer(probe).logits[0, -1], exact, atol=1e-3 * float(exact.abs().max()))
    started = clock()
    for batch in batches(transcripts):
        longest = max(map(len, batch))
        tokens = torch.tensor([[0] * (longest - len(one)) + one for one in batch])
        mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in batch])
        peer.generate(
            tokens, attention_mask=mask, max_new_tokens=step_tokens, min_new_tokens=step_tokens, do_sample=True, top_k=0
        )
    return len(transcripts) / (clock() - started)
