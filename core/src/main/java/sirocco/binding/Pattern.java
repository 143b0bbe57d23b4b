package sirocco.binding;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A regular expression that is found in the string, as JSON schema means it: `^` and `$` make it
/// match as a whole. The notation is that of [sirocco.text.grammar.Grammar#regex].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER, ElementType.TYPE_USE})
public @interface Pattern {
  /// The regular expression.
  String value();
}
