/// Everything a mixture-of-experts language model needs to run, in pure Java: tensors and their
/// kernels, checkpoint files, tokenizers, the model and the engine that drives it.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the modules named below are compiled later
module sirocco.core {
  requires static transitive org.jspecify;
  requires tools.jackson.databind;
  requires java.net.http; // models are fetched
  requires jdk.jfr;
  requires static micrometer.core; // sirocco.metrics
  requires jdk.unsupported; // reads past the system's cache (MappedFile)

  exports sirocco;
  exports sirocco.tensor;
  exports sirocco.tensor.quant;
  exports sirocco.checkpoint;
  exports sirocco.text;
  exports sirocco.text.grammar;
  exports sirocco.model;
  exports sirocco.engine;
  exports sirocco.metrics;
  exports sirocco.convert;
  exports sirocco.binding;
  exports sirocco.hub;
  exports sirocco.json to
      sirocco.lab,
      sirocco.train,
      sirocco.server,
      sirocco.cli;
  exports sirocco.memory to
      sirocco.cli;

  uses sirocco.tensor.Backend;

  provides sirocco.tensor.Backend with
      sirocco.tensor.ScalarBackend;
}
