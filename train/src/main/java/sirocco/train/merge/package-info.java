/// Models made of others: mixtures of dense ones by sparse upcycling ([Upcycle]) and
/// Branch-Train-MiX ([MergeExperts]), deeper ones by block expansion ([Deepen]), means of
/// checkpoints ([AverageRecipe]). All give a checkpoint whose weights are computed as they are
/// asked for, so that [sirocco.convert.ToHuggingFace] writes them a tensor at a time.
package sirocco.train.merge;
