"""Core's own plugin: it registers what core brings through the same hooks as everybody."""

from __future__ import annotations

from fwd.hooks import ChoiceSpec, LauncherSpec, StoreSpec, StrategySpec, hookimpl


@hookimpl
def fwd_register_strategies() -> list[StrategySpec]:
    return [
        StrategySpec(
            name="greedy",
            summary="the likeliest step each time; stops at its first mistake",
            config="fwd.search.linear:GreedyConfig",
            factory="fwd.search.linear:Greedy",
        ),
        StrategySpec(
            name="sampling",
            summary="draws each step; stops after several mistakes in a row",
            config="fwd.search.linear:SamplingConfig",
            factory="fwd.search.linear:Sampling",
        ),
        StrategySpec(
            name="beam",
            summary="many graphs side by side, a step at a time; which go on is drawn without replacement",
            config="fwd.search.beam:BeamConfig",
            factory="fwd.search.beam:Beam",
        ),
        StrategySpec(
            name="best-first",
            summary="of all graphs that were reached, grows the likeliest one next",
            config="fwd.search.best_first:BestFirstConfig",
            factory="fwd.search.best_first:BestFirst",
        ),
    ]


@hookimpl
def fwd_register_stores() -> list[StoreSpec]:
    return [
        StoreSpec(
            name="lmdb",
            summary="segments of LMDB, one folder per writer, sealed ones never change",
            writer="fwd.store:ProofWriter",
            reader="fwd.store:ProofReader",
        ),
    ]


@hookimpl
def fwd_register_choices() -> list[ChoiceSpec]:
    return [
        ChoiceSpec(
            name="human",
            summary="any goal of the train split, evenly",
            config="fwd.joint.choices:HumanConfig",
            factory="fwd.joint.choices:Human",
        ),
        ChoiceSpec(
            name="generated",
            summary="theorems that the actors found: those of long proofs, found seldom, tried seldom",
            config="fwd.joint.choices:GeneratedConfig",
            factory="fwd.joint.choices:Generated",
        ),
        ChoiceSpec(
            name="mixed",
            summary="a share of the one, the rest of the other",
            config="fwd.joint.choices:MixedConfig",
            factory="fwd.joint.choices:Mixed",
        ),
    ]


@hookimpl
def fwd_register_launchers() -> list[LauncherSpec]:
    return [
        LauncherSpec(
            name="local",
            summary="processes on this machine",
            config="fwd.launch.local:LocalConfig",
            factory="fwd.launch.local:LocalLauncher",
        ),
        LauncherSpec(
            name="slurm",
            summary="a job array of a Slurm cluster",
            config="fwd.launch.slurm:SlurmConfig",
            factory="fwd.launch.slurm:SlurmLauncher",
        ),
    ]
