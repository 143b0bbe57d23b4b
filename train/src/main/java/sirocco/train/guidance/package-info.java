/// Where the heads of attention should look, read off the tokens of a sequence and nothing else: an
/// answer that stands word for word in the text before it says which sentence was asked for.
@NullMarked
package sirocco.train.guidance;

import org.jspecify.annotations.NullMarked;
