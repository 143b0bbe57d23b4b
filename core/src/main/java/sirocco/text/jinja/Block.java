package sirocco.text.jinja;

import java.util.List;
import java.util.Optional;

/// A part of a template's body.
sealed interface Block {
  /// Text as it stands.
  record Text(Str text) implements Block {}

  /// `{{ expression }}`
  record Output(Expr expression) implements Block {}

  /// `{% if %}`, `{% elif %}` …, `{% else %}`
  record If(List<Branch> branches, List<Block> otherwise) implements Block {}

  /// A condition and what it guards.
  record Branch(Expr condition, List<Block> body) {}

  /// `{% for target in items if filter %}`
  record For(
      Target target, Expr items, Optional<Expr> filter, List<Block> body, List<Block> otherwise)
      implements Block {}

  /// `{% set target = value %}`
  record Assign(Target target, Expr value) implements Block {}

  /// `{% set target %}…{% endset %}`; `value` reads the body as [Parser#BODY], through any filters.
  record Capture(Target target, Expr value, List<Block> body) implements Block {}

  /// `{% filter … %}…{% endfilter %}`; `value` as in [Capture].
  record Filtered(Expr value, List<Block> body) implements Block {}

  /// `{% macro name(parameters) %}`
  record Macro(String name, List<Parameter> parameters, List<Block> body, Position at)
      implements Block {}

  /// A macro's parameter.
  record Parameter(String name, Optional<Expr> value) {}

  /// `{% call(parameters) macro(…) %}…{% endcall %}`
  record CallWith(List<Parameter> parameters, Expr.Call call, List<Block> body, Position at)
      implements Block {}

  /// `{% with a = 1 %}…{% endwith %}`
  record With(List<Assign> assignments, List<Block> body) implements Block {}

  /// `{% generation %}…{% endgeneration %}`: marks what the model said; renders as its body.
  record Generation(List<Block> body) implements Block {}

  /// `{% break %}`
  enum Break implements Block {
    BREAK
  }

  /// `{% continue %}`
  enum Continue implements Block {
    CONTINUE
  }

  /// What an assignment or a loop fills.
  sealed interface Target {
    record Variable(String name) implements Target {}

    /// `namespace.attribute`
    record Field(String namespace, String attribute, Position at) implements Target {}

    record Several(List<Target> targets, Position at) implements Target {}
  }
}
