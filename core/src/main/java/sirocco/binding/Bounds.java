package sirocco.binding;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The least and the greatest that a number may be, both included. On the item of a list:
/// `List<@Bounds(min = 0, max = 1) Double>`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER, ElementType.TYPE_USE})
public @interface Bounds {
  /// The least; without it there is none but that of the type.
  double min() default Double.NEGATIVE_INFINITY;

  /// The greatest; without it there is none but that of the type.
  double max() default Double.POSITIVE_INFINITY;
}
