package sirocco.binding;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How many characters (code points) a string may have. On the item of a list: `List<@Length(max =
/// 20) String>`. A string without it has no bound, and a model may write until its tokens run out:
/// `max` keeps answers short.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER, ElementType.TYPE_USE})
public @interface Length {
  /// The fewest.
  int min() default 0;

  /// The most; without it there is no bound.
  int max() default Integer.MAX_VALUE;
}
