package sirocco.binding;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A method that a model may call; see [Toolbox].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD})
public @interface Tool {
  /// What the tool does, in words for the model.
  String value();

  /// What the model calls it: letters, digits, `_` and `-`, 64 at most. Empty: the name of the
  /// method.
  String name() default "";
}
