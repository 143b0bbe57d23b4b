/// Sessions that turn a model into text: batches, sampling, stopping.
package sirocco.engine;
