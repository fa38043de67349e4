"""What the Lean files name that is Mathlib's: proofs of the rules that come along, and where each name is from.

Nothing was compiled, since no Lean runs here. `SOURCES` says in which file of Lean or Mathlib each name should stand,
as of the beginning of 2026: those of logarithms, inverse trigonometric and inverse hyperbolic functions were read
there, others are quoted from memory. A test holds that nothing else is named.
"""

from __future__ import annotations

PROOFS = {
    "div_self": "exact div_self h1",
    "mul_inv": "exact mul_one_div_cancel h1",
    "mul_div_cancel": "exact mul_div_mul_right _ _ h1",
    "add_fractions": "rw [div_add_div _ _ h1 h2]; ring1",
    "sqrt_sq": "exact Real.sqrt_sq_eq_abs _",
    "sq_sqrt": "exact Real.sq_sqrt h1",
    "sqrt_mul": "exact Real.sqrt_mul h1 _",
    "sqrt_div": "exact Real.sqrt_div h1 _",
    "sqrt_one": "exact Real.sqrt_one",
    "sqrt_zero": "exact Real.sqrt_zero",
    "sqrt_of_nonpos": "exact Real.sqrt_eq_zero_of_nonpos h1",
    "sqrt_nonneg": "exact Real.sqrt_nonneg _",
    "sqrt_pos": "exact Real.sqrt_pos.mpr h1",
    "sqrt_lt": "exact Real.sqrt_lt_sqrt h1 h2",
    "sqrt_le": "exact Real.sqrt_le_sqrt h1",
    "exp_zero": "exact Real.exp_zero",
    "exp_add": "exact Real.exp_add _ _",
    "exp_neg": "rw [Real.exp_neg, one_div]",
    "exp_sub": "exact Real.exp_sub _ _",
    "exp_ln": "exact Real.exp_log h1",
    "exp_ln_abs": "exact Real.exp_log_eq_abs h1",
    "exp_pos": "exact Real.exp_pos _",
    "exp_lt": "exact Real.exp_lt_exp",
    "exp_le": "exact Real.exp_le_exp",
    "exp_inj": "exact Real.exp_eq_exp",
    "add_one_le_exp": "exact Real.add_one_le_exp _",
    "ln_exp": "exact Real.log_exp _",
    "ln_one": "exact Real.log_one",
    "ln_zero": "exact Real.log_zero",
    "ln_mul": "exact Real.log_mul h1 h2",
    "ln_div": "exact Real.log_div h1 h2",
    "ln_inv": "rw [one_div, Real.log_inv]",
    "ln_abs": "exact Real.log_abs _",
    "ln_sq": "rw [Real.log_pow, Nat.cast_ofNat]",
    "ln_sqrt": "exact Real.log_sqrt h1",
    "ln_lt": "exact Real.log_lt_log h1 h2",
    "ln_le": "exact Real.log_le_log h1 h2",
    "ln_inj": "exact Real.log_injOn_pos.eq_iff h1 h2",
    "sinh_def": "exact Real.sinh_eq _",
    "cosh_def": "exact Real.cosh_eq _",
    "tanh_def": "exact Real.tanh_eq_sinh_div_cosh _",
    "sinh_neg": "exact Real.sinh_neg _",
    "cosh_sq": "exact Real.cosh_sq _",
    "one_le_cosh": "exact Real.one_le_cosh _",
    "sinh_lt": "exact Real.sinh_lt_sinh.mpr h1",
    "asinh_def": "exact rfl",
    "acosh_def": "exact rfl",
    "atanh_def": "exact rfl",
    "sinh_asinh": "exact Real.sinh_arsinh _",
    "asinh_sinh": "exact Real.arsinh_sinh _",
    "cosh_acosh": "exact Real.cosh_arcosh h1",
    "acosh_nonneg": "exact Real.arcosh_nonneg h1",
    "sin_zero": "exact Real.sin_zero",
    "cos_zero": "exact Real.cos_zero",
    "sin_half_pi": "exact Real.sin_pi_div_two",
    "cos_half_pi": "exact Real.cos_pi_div_two",
    "cos_quarter_pi": "exact Real.cos_pi_div_four",
    "cos_third_pi": "exact Real.cos_pi_div_three",
    "sin_neg": "exact Real.sin_neg _",
    "cos_neg": "exact Real.cos_neg _",
    "sin_add": "exact Real.sin_add _ _",
    "cos_add": "exact Real.cos_add _ _",
    "sin_sq_add_cos_sq": "exact Real.sin_sq_add_cos_sq _",
    "tan_def": "exact Real.tan_eq_sin_div_cos _",
    "sin_le_one": "exact Real.sin_le_one _",
    "cos_le_one": "exact Real.cos_le_one _",
    "neg_one_le_sin": "exact Real.neg_one_le_sin _",
    "neg_one_le_cos": "exact Real.neg_one_le_cos _",
    "three_lt_pi": "exact Real.pi_gt_three",
    "pi_lt_four": "linarith [Real.pi_lt_d2]",
    "sin_pos": "exact Real.sin_pos_of_pos_of_lt_pi h1 h2",
    "cos_pos": "exact Real.cos_pos_of_mem_Ioo ⟨h1, h2⟩",
    "sin_lt_self": "exact Real.sin_lt h1",
    "cos_bound": "exact Real.one_sub_sq_div_two_le_cos",
    "sin_asin": "exact Real.sin_arcsin h1 h2",
    "asin_sin": "exact Real.arcsin_sin h1 h2",
    "asin_neg": "exact Real.arcsin_neg _",
    "cos_asin": "exact Real.cos_arcsin _",
    "acos_def": "exact Real.arccos_eq_pi_div_two_sub_arcsin _",
    "cos_acos": "exact Real.cos_arccos h1 h2",
    "tan_atan": "exact Real.tan_arctan _",
    "atan_tan": "exact Real.arctan_tan h1 h2",
    "atan_neg": "exact Real.arctan_neg _",
    "asin_le": "exact Real.arcsin_le_pi_div_two _",
    "le_asin": "exact Real.neg_pi_div_two_le_arcsin _",
    "atan_lt": "exact Real.arctan_lt_pi_div_two _",
    "lt_atan": "exact Real.neg_pi_div_two_lt_arctan _",
    "atan_increases": "exact Real.arctan_strictMono h1",
    "abs_nonneg": "exact abs_nonneg _",
    "abs_pos": "exact abs_pos.mpr h1",
    "le_abs": "exact le_abs_self _",
    "abs_of_nonneg": "exact abs_of_nonneg h1",
    "abs_of_nonpos": "exact abs_of_nonpos h1",
    "abs_neg": "exact abs_neg _",
    "abs_abs": "exact abs_abs _",
    "abs_mul": "exact abs_mul _ _",
    "abs_div": "exact abs_div _ _",
    "abs_sq": "exact sq_abs _",
    "abs_le": "exact abs_le'.mpr ⟨h1, h2⟩",
    "max_comm": "exact max_comm _ _",
    "max_assoc": "exact max_assoc _ _ _",
    "max_self": "exact max_self _",
    "max_of_le": "exact max_eq_right h1",
    "le_max": "exact le_max_left _ _",
    "max_le": "exact max_le h1 h2",
    "min_comm": "exact min_comm _ _",
    "min_self": "exact min_self _",
    "min_of_le": "exact min_eq_left h1",
    "min_add_max": "exact min_add_max _ _",
    "min_le": "exact min_le_left _ _",
    "le_min": "exact le_min h1 h2",
}
"""How Mathlib proves rules that come along, by their names; h1, h2, ... are premises and conditions in order."""

TACTICS = (
    "ring1",
    "positivity",
    "linarith",
    "(field_simp <;> ring1)",
    "grind",
    "nlinarith",
    "(constructor <;> intro h <;> nlinarith)",
)
"""What else is tried, in this order. Each of them fails if it leaves anything to be proved."""

_EXP = "Mathlib/Analysis/Complex/Exponential.lean"
_TRIG = "Mathlib/Analysis/Complex/Trigonometric.lean"
_PI = "Mathlib/Analysis/SpecialFunctions/Trigonometric/Basic.lean"
_LOG = "Mathlib/Analysis/SpecialFunctions/Log/Basic.lean"
_SQRT = "Mathlib/Analysis/Real/Sqrt.lean"
_INVERSE = "Mathlib/Analysis/SpecialFunctions/Trigonometric/Inverse.lean"
_ARCTAN = "Mathlib/Analysis/SpecialFunctions/Trigonometric/Arctan.lean"
_ARSINH = "Mathlib/Analysis/SpecialFunctions/Arsinh.lean"
_ARCOSH = "Mathlib/Analysis/SpecialFunctions/Arcosh.lean"
_HYPERBOLIC = "Mathlib/Analysis/SpecialFunctions/Trigonometric/DerivHyp.lean"
_BOUNDS = "Mathlib/Analysis/SpecialFunctions/Trigonometric/Bounds.lean"
_DIGITS = "Mathlib/Analysis/Real/Pi/Bounds.lean"
_ABS = "Mathlib/Algebra/Order/Group/Unbundled/Abs.lean"
_FIELD = "Mathlib/Algebra/Group/Basic.lean, Mathlib/Algebra/Field/Basic.lean and GroupWithZero/Basic.lean beside it"
_LATTICE = "Mathlib/Order/Defs/LinearOrder.lean and Mathlib/Order/MinMax.lean"
_CAST = "Mathlib/Data/Nat/Cast/Defs.lean"
_TACTIC = "Mathlib/Tactic"
_LEAN = "Lean 4"

_NAMES = {
    _EXP: "exp exp_zero exp_add exp_neg exp_sub exp_pos exp_lt_exp exp_le_exp exp_eq_exp add_one_le_exp",
    _TRIG: "sin cos tan sinh cosh tanh sin_zero cos_zero sin_neg cos_neg sin_add cos_add sin_sq_add_cos_sq sin_le_one "
    "cos_le_one neg_one_le_sin neg_one_le_cos tan_eq_sin_div_cos sinh_eq cosh_eq sinh_neg cosh_sq "
    "tanh_eq_sinh_div_cosh",
    _PI: "pi sin_pi_div_two cos_pi_div_two cos_pi_div_four cos_pi_div_three sin_pos_of_pos_of_lt_pi cos_pos_of_mem_Ioo",
    _LOG: "log exp_log exp_log_eq_abs log_exp log_one log_zero log_mul log_div log_inv log_abs log_pow log_sqrt "
    "log_lt_log log_le_log log_injOn_pos",
    _SQRT: "sqrt sqrt_sq_eq_abs sq_sqrt sqrt_mul sqrt_div sqrt_one sqrt_zero sqrt_eq_zero_of_nonpos sqrt_nonneg "
    "sqrt_pos sqrt_lt_sqrt sqrt_le_sqrt",
    _INVERSE: "arcsin arccos sin_arcsin arcsin_sin arcsin_neg cos_arcsin cos_arccos arcsin_le_pi_div_two "
    "neg_pi_div_two_le_arcsin arccos_eq_pi_div_two_sub_arcsin",
    _ARCTAN: "arctan tan_arctan arctan_tan arctan_neg arctan_lt_pi_div_two neg_pi_div_two_lt_arctan arctan_strictMono",
    _ARSINH: "arsinh sinh_arsinh arsinh_sinh",
    _ARCOSH: "arcosh cosh_arcosh arcosh_nonneg",
    _HYPERBOLIC: "sinh_lt_sinh one_le_cosh",
    _BOUNDS: "sin_lt one_sub_sq_div_two_le_cos",
    _DIGITS: "pi_gt_three pi_lt_d2",
}
_ROOT = {
    _ABS: "abs abs_nonneg abs_pos le_abs_self abs_of_nonneg abs_of_nonpos abs_neg abs_abs abs_mul abs_div sq_abs "
    "abs_le'",
    _FIELD: "div_self mul_one_div_cancel mul_div_mul_right div_add_div one_div",
    _LATTICE: "min max max_comm max_assoc max_self max_eq_right le_max_left max_le min_comm min_self min_eq_left "
    "min_add_max min_le_left le_min le_of_lt le_of_eq ne_of_lt ne_of_gt",
    _CAST: "Nat.cast_ofNat",
    _TACTIC: "ring1 positivity linarith nlinarith field_simp norm_num",
    _LEAN: "Real Mathlib exact rw grind constructor intro first replace show have by fun theorem def import namespace "
    "end noncomputable section congrArg Eq mp mpr symm rfl at eq_iff",
}
SOURCES = {
    **{f"Real.{name}": file for file, names in _NAMES.items() for name in names.split()},
    **{name: file for file, names in _ROOT.items() for name in names.split()},
}
"""Where every name stands that a file may have beside those that it makes itself."""
