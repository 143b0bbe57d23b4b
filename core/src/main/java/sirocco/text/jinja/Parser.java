package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sirocco.text.jinja.Block.Parameter;
import sirocco.text.jinja.Block.Target;
import sirocco.text.jinja.Token.Kind;

/// Reads a template's blocks.
final class Parser {
  /// The name under which a capturing block's filters find its text; no template can spell it.
  static final String BODY = "\0body";

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private Parser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static List<Block> parse(String source) {
    Parser parser = new Parser(Lexer.lex(source));
    List<Block> body = parser.body();
    if (parser.tokens.peek().kind() != Kind.END) {
      Token tag = parser.tokens.peek(1);
      throw tag.at().error("unexpected block '" + tag.text() + "'");
    }
    return body;
  }

  /// Blocks up to the end or a tag that this level does not know: the caller's `endfor`, `else`, ….
  private List<Block> body(String... ends) {
    tokens.enter();
    List<Block> blocks = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.DATA) {
        blocks.add(new Block.Text(Str.template(tokens.take().text())));
      } else if (token.kind() == Kind.OUTPUT_BEGIN) {
        tokens.take();
        blocks.add(new Block.Output(expressions.tuple()));
        tokens.expect(Kind.OUTPUT_END, "'}}'");
      } else if (token.kind() == Kind.BLOCK_BEGIN && !List.of(ends).contains(tagName())) {
        blocks.add(block());
      } else {
        tokens.leave();
        return List.copyOf(blocks);
      }
    }
  }

  private String tagName() {
    Token name = tokens.peek(1);
    return name.kind() == Kind.NAME ? name.text() : "";
  }

  private Block block() {
    Token opening = tokens.take();
    Token name = tokens.expect(Kind.NAME, "a block's name");
    return switch (name.text()) {
      case "if" -> ifBlock(opening);
      case "for" -> forBlock(opening);
      case "set" -> set(opening);
      case "macro" -> macro(opening);
      case "call" -> callWith(opening);
      case "filter" -> filtered(opening);
      case "with" -> with(opening);
      case "generation" -> {
        endTag();
        List<Block> body = body("endgeneration");
        close(opening, "endgeneration");
        yield new Block.Generation(body);
      }
      case "break" -> leap(name, Block.Break.BREAK);
      case "continue" -> leap(name, Block.Continue.CONTINUE);
      default -> throw name.at().error("unknown block '" + name.text() + "'");
    };
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END, "'%}'");
  }

  /// The closing tag that must come next.
  private void close(Token opening, String end) {
    if (tokens.peek().kind() != Kind.BLOCK_BEGIN || !tagName().equals(end)) {
      if (tokens.peek().kind() == Kind.END) {
        throw opening.at().error("block without '" + end + "'");
      }
      throw tokens.peek(1).at().error("expected '" + end + "', found " + tokens.peek(1).describe());
    }
    tokens.take();
    tokens.take();
    endTag();
  }

  private Block leap(Token name, Block made) {
    if (loops == 0) {
      throw name.at().error("'" + name.text() + "' outside a loop");
    }
    endTag();
    return made;
  }

  private Block ifBlock(Token opening) {
    List<Block.Branch> branches = new ArrayList<>();
    List<Block> otherwise = List.of();
    do {
      Expr condition = expressions.tuple();
      endTag();
      branches.add(new Block.Branch(condition, body("elif", "else", "endif")));
    } while (takeTag("elif"));
    if (takeTag("else")) {
      endTag();
      otherwise = body("endif");
    }
    close(opening, "endif");
    return new Block.If(List.copyOf(branches), otherwise);
  }

  /// Takes the start of a tag if it has this name.
  private boolean takeTag(String name) {
    boolean found = tokens.peek().kind() == Kind.BLOCK_BEGIN && tagName().equals(name);
    if (found) {
      tokens.take();
      tokens.take();
    }
    return found;
  }

  private Block forBlock(Token opening) {
    Target target = target(false);
    tokens.expectName("in");
    Expr items = withoutConditional();
    Optional<Expr> filter =
        tokens.takeName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    if (tokens.peek().isName("recursive")) {
      throw tokens.peek().at().error("recursive loops are not supported");
    }
    endTag();
    loops++;
    List<Block> body = body("else", "endfor");
    loops--;
    List<Block> otherwise = List.of();
    if (takeTag("else")) {
      endTag();
      otherwise = body("endfor");
    }
    close(opening, "endfor");
    return new Block.For(target, items, filter, body, otherwise);
  }

  /// What a loop walks: a tuple or one expression whose `if` is the loop's.
  private Expr withoutConditional() {
    Position at = tokens.peek().at();
    Expr first = expressions.or();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",") && tokens.peek().kind() != Kind.BLOCK_END) {
      items.add(expressions.or());
    }
    return new Expr.TupleOf(List.copyOf(items), at);
  }

  /// Names to assign to: `a`, `a, b`, `(a, b)`, and `ns.a` where `fields` allows it.
  private Target target(boolean fields) {
    Position at = tokens.peek().at();
    Target first = oneTarget(fields);
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Target> all = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",") && startsTarget()) {
      all.add(oneTarget(fields));
    }
    return new Target.Several(List.copyOf(all), at);
  }

  private boolean startsTarget() {
    Token token = tokens.peek();
    return token.isOperator("(") || (token.kind() == Kind.NAME && !token.isName("in"));
  }

  private Target oneTarget(boolean fields) {
    if (tokens.takeOperator("(")) {
      tokens.enter();
      Target inner = target(fields);
      tokens.expectOperator(")");
      tokens.leave();
      return inner;
    }
    Token name = tokens.expect(Kind.NAME, "a name to assign to");
    if (fields && tokens.takeOperator(".")) {
      Token attribute = tokens.expect(Kind.NAME, "an attribute's name");
      return new Target.Field(name.text(), attribute.text(), name.at());
    }
    if (Set.of("true", "false", "none", "True", "False", "None", "loop").contains(name.text())) {
      throw name.at().error("cannot assign to '" + name.text() + "'");
    }
    return new Target.Variable(name.text());
  }

  private Block set(Token opening) {
    Target target = target(true);
    if (tokens.takeOperator("=")) {
      Expr value = expressions.tuple();
      endTag();
      return new Block.Assign(target, value);
    }
    if (target instanceof Target.Several several) {
      throw several.at().error("a block can be captured into one name only");
    }
    Expr value = bodyThroughFilters(opening);
    endTag();
    List<Block> body = body("endset");
    close(opening, "endset");
    return new Block.Capture(target, value, body);
  }

  private Expr bodyThroughFilters(Token opening) {
    Expr value = new Expr.Name(BODY, opening.at());
    while (tokens.takeOperator("|")) {
      value = expressions.filter(value);
    }
    return value;
  }

  private Block filtered(Token opening) {
    Expr value = expressions.filter(new Expr.Name(BODY, opening.at()));
    while (tokens.takeOperator("|")) {
      value = expressions.filter(value);
    }
    endTag();
    List<Block> body = body("endfilter");
    close(opening, "endfilter");
    return new Block.Filtered(value, body);
  }

  private Block macro(Token opening) {
    Token name = tokens.expect(Kind.NAME, "a macro's name");
    List<Parameter> parameters = parameters();
    endTag();
    List<Block> body = functionBody("endmacro");
    close(opening, "endmacro");
    return new Block.Macro(name.text(), parameters, body, name.at());
  }

  /// A body that a loop outside of it cannot be left from.
  private List<Block> functionBody(String end) {
    int outer = loops;
    loops = 0;
    List<Block> body = body(end);
    loops = outer;
    return body;
  }

  private Block callWith(Token opening) {
    List<Parameter> parameters = tokens.peek().isOperator("(") ? parameters() : List.of();
    Position at = tokens.peek().at();
    Expr expression = expressions.expression();
    if (!(expression instanceof Expr.Call call)) {
      throw at.error("expected a macro's call");
    }
    endTag();
    List<Block> body = functionBody("endcall");
    close(opening, "endcall");
    return new Block.CallWith(parameters, call, body, opening.at());
  }

  private List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    tokens.expectOperator("(");
    while (!tokens.takeOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      Token name = tokens.expect(Kind.NAME, "a parameter's name");
      if (!names.add(name.text())) {
        throw name.at().error("parameter '" + name.text() + "' twice");
      }
      Optional<Expr> value =
          tokens.takeOperator("=") ? Optional.of(expressions.expression()) : Optional.empty();
      if (value.isEmpty() && !parameters.isEmpty() && parameters.getLast().value().isPresent()) {
        throw name.at().error("parameter without a default after one with");
      }
      parameters.add(new Parameter(name.text(), value));
    }
    return List.copyOf(parameters);
  }

  private Block with(Token opening) {
    List<Block.Assign> assignments = new ArrayList<>();
    while (tokens.peek().kind() != Kind.BLOCK_END) {
      if (!assignments.isEmpty()) {
        tokens.expectOperator(",");
      }
      Target target = oneTarget(false);
      tokens.expectOperator("=");
      assignments.add(new Block.Assign(target, expressions.expression()));
    }
    endTag();
    List<Block> body = body("endwith");
    close(opening, "endwith");
    return new Block.With(List.copyOf(assignments), body);
  }
}
