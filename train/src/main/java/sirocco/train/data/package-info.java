/// From files to batches, as streams. A [Source] gives records, read from a [FileSource] or made by
/// an [ItemGenerator]; each holds an [Item]. [Deduplication] and [Split] leave some out. A
/// [Mixture] takes items from several sources in fixed shares of tokens, [Tokenization] makes
/// [Example]s of them, [Batches] packs those. [TrainingData] builds all of it from a recipe.
///
/// Every order is drawn from a seed, and what is left out depends on the item alone: a position is
/// a few numbers a source ([BatchesPosition]), and a run resumed from it sees the very same batches
/// after reading, but not parsing, what it had.
package sirocco.train.data;
