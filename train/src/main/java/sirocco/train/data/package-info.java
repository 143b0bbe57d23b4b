/// From files to batches: documents, conversations and preference pairs are read as streams, mixed,
/// tokenised and packed.
package sirocco.train.data;
