package sirocco.binding;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How many items a list, set or array may have. Without `max` there is no bound, and a model may
/// write until its tokens run out. Of a set the items of the JSON are counted, equal ones too.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER, ElementType.TYPE_USE})
public @interface Size {
  /// The fewest.
  int min() default 0;

  /// The most; without it there is no bound.
  int max() default Integer.MAX_VALUE;
}
