/// Mixtures made of dense models: sparse upcycling ([Upcycle]) and Branch-Train-MiX
/// ([MergeExperts]). Both give a checkpoint whose weights are computed as they are asked for, so
/// that [sirocco.convert.ToHuggingFace] writes them a tensor at a time.
package sirocco.train.merge;
