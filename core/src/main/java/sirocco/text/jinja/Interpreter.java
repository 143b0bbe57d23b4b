package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import sirocco.text.jinja.Block.Parameter;
import sirocco.text.jinja.Block.Target;
import sirocco.text.jinja.Value.Function;
import sirocco.text.jinja.Value.Loop;
import sirocco.text.jinja.Value.Namespace;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// Runs a template's blocks.
final class Interpreter {
  /// How a block ended.
  enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final Evaluator evaluator = new Evaluator();
  private int loopDepth;

  Flow run(List<Block> blocks, Scope scope, Sink out) {
    evaluator.enter();
    Flow flow = Flow.ON;
    for (int i = 0; i < blocks.size() && flow == Flow.ON; i++) {
      flow = run(blocks.get(i), scope, out);
    }
    evaluator.leave();
    return flow;
  }

  private Flow run(Block block, Scope scope, Sink out) {
    return switch (block) {
      case Block.Text text -> {
        out.add(text.text());
        yield Flow.ON;
      }
      case Block.Output output -> {
        print(output.expression(), scope, out);
        yield Flow.ON;
      }
      case Block.If choice -> choose(choice, scope, out);
      case Block.For loop -> loop(loop, scope, out);
      case Block.Assign assign -> {
        assign(assign.target(), evaluator.eval(assign.value(), scope), scope);
        yield Flow.ON;
      }
      case Block.Capture capture -> {
        assign(capture.target(), through(capture.value(), capture.body(), scope), scope);
        yield Flow.ON;
      }
      case Block.Filtered filtered -> {
        out.add(Printer.print(through(filtered.value(), filtered.body(), scope)));
        yield Flow.ON;
      }
      case Block.Macro macro -> {
        scope.set(macro.name(), function(macro.name(), macro.parameters(), macro.body(), scope));
        yield Flow.ON;
      }
      case Block.CallWith call -> {
        callWith(call, scope, out);
        yield Flow.ON;
      }
      case Block.With with -> with(with, scope, out);
      case Block.Generation generation -> run(generation.body(), scope, out);
      case Block.Break b -> Flow.BREAK;
      case Block.Continue c -> Flow.CONTINUE;
    };
  }

  private Flow with(Block.With with, Scope scope, Sink out) {
    Scope inner = scope.inner();
    with.assignments().forEach(a -> assign(a.target(), evaluator.eval(a.value(), scope), inner));
    return run(with.body(), inner, out);
  }

  private void print(Expr expression, Scope scope, Sink out) {
    Value value = evaluator.eval(expression, scope);
    try {
      out.add(Printer.print(value));
    } catch (Fault fault) {
      throw expression.at().error(String.valueOf(fault.getMessage()));
    }
  }

  private Flow choose(Block.If choice, Scope scope, Sink out) {
    for (Block.Branch branch : choice.branches()) {
      if (Operations.isTrue(evaluator.eval(branch.condition(), scope))) {
        return run(branch.body(), scope, out);
      }
    }
    return run(choice.otherwise(), scope, out);
  }

  private Flow loop(Block.For block, Scope scope, Sink out) {
    Value walked = evaluator.eval(block.items(), scope);
    List<Value> items = placed(block.items().at(), () -> Operations.walk(walked));
    if (block.filter().isPresent()) {
      List<Value> kept = new ArrayList<>();
      for (Value item : items) {
        Scope inner = scope.inner();
        assign(block.target(), item, inner);
        if (Operations.isTrue(evaluator.eval(block.filter().get(), inner))) {
          kept.add(item);
        }
      }
      items = kept;
    }
    if (items.isEmpty()) {
      return run(block.otherwise(), scope.inner(), out);
    }
    Loop loop = new Loop(items, ++loopDepth);
    for (int i = 0; i < items.size(); i++) {
      loop.index = i;
      Scope inner = scope.inner();
      inner.set("loop", loop);
      assign(block.target(), items.get(i), inner);
      if (run(block.body(), inner, out) == Flow.BREAK) {
        break;
      }
    }
    loopDepth--;
    return Flow.ON;
  }

  /// A step of work whose faults get this place.
  private static <T> T placed(Position at, Supplier<T> work) {
    try {
      return work.get();
    } catch (Fault fault) {
      throw at.error(String.valueOf(fault.getMessage()));
    }
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Variable variable -> scope.set(variable.name(), value);
      case Target.Field field -> {
        Value owner =
            scope
                .get(field.namespace())
                .orElse(new Undefined("'" + field.namespace() + "' is undefined"));
        if (!(owner instanceof Namespace namespace)) {
          throw field
              .at()
              .error(
                  "only a namespace's attributes can be set, not those of a "
                      + Operations.type(owner));
        }
        namespace.attributes.put(field.attribute(), value);
      }
      case Target.Several several -> {
        List<Value> values = placed(several.at(), () -> Operations.walk(value));
        if (values.size() != several.targets().size()) {
          throw several
              .at()
              .error("expected " + several.targets().size() + " values, found " + values.size());
        }
        for (int i = 0; i < values.size(); i++) {
          assign(several.targets().get(i), values.get(i), scope);
        }
      }
    }
  }

  /// A captured body behind its filters.
  private Value through(Expr value, List<Block> body, Scope scope) {
    Sink captured = new Sink();
    Scope inner = scope.inner();
    run(body, inner, captured);
    Scope result = scope.inner();
    result.set(Parser.BODY, captured.toStr());
    return evaluator.eval(value, result);
  }

  private void callWith(Block.CallWith block, Scope scope, Sink out) {
    Function caller = function("caller", block.parameters(), block.body(), scope);
    Expr.Call call = block.call();
    Value target = evaluator.eval(call.target(), scope);
    Value result =
        placed(
            block.at(),
            () -> {
              Arguments arguments = evaluator.arguments(call.inputs(), scope);
              Map<String, Value> named = new HashMap<>(arguments.named());
              named.put("caller", caller);
              return Evaluator.call(target, new Arguments(arguments.positional(), named));
            });
    out.add(Printer.print(result));
  }

  /// A macro, or the body of a call block.
  private Function function(
      String name, List<Parameter> parameters, List<Block> body, Scope defined) {
    return new Function(
        name,
        arguments -> {
          Scope scope = defined.inner();
          fill(name, parameters, arguments, scope);
          Sink out = new Sink();
          run(body, scope, out);
          return out.toStr();
        });
  }

  private void fill(String name, List<Parameter> parameters, Arguments arguments, Scope scope) {
    List<Value> positional = arguments.positional();
    Map<String, Value> named = new HashMap<>(arguments.named());
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Value given = named.remove(parameter.name());
      if (i < positional.size() && given != null) {
        throw new Fault(name + "() got '" + parameter.name() + "' twice");
      }
      Value value = i < positional.size() ? positional.get(i) : given;
      if (value == null) {
        value =
            parameter
                .value()
                .map(expression -> evaluator.eval(expression, scope))
                .orElse(new Undefined("parameter '" + parameter.name() + "' was not provided"));
      }
      scope.set(parameter.name(), value);
    }
    Value caller = named.remove("caller");
    if (caller != null) {
      scope.set("caller", caller);
    }
    if (positional.size() > parameters.size()) {
      throw new Fault(
          name + "() takes at most " + parameters.size() + " arguments, got " + positional.size());
    }
    if (!named.isEmpty()) {
      throw new Fault(name + "() has no argument '" + named.keySet().iterator().next() + "'");
    }
    scope.set("varargs", Sequence.tuple(List.of()));
    scope.set("kwargs", Value.Dict.of(Map.of()));
  }
}
