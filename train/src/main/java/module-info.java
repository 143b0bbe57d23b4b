/// Trains, aligns and adapts mixture-of-experts models: autograd and its kernels are libtorch's,
/// the models, objectives, data and recipes are here.
@org.jspecify.annotations.NullMarked
module sirocco.train {
  requires static transitive org.jspecify;
  requires transitive sirocco.core;
  requires transitive sirocco.lab;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;
  requires transitive org.bytedeco.pytorch;
  requires java.management;

  exports sirocco.train.adapter;
  exports sirocco.train.data;
  exports sirocco.train.guidance;
  exports sirocco.train.merge;
  exports sirocco.train.model;
  exports sirocco.train.objective;
  exports sirocco.train.ranks;
  exports sirocco.train.recipe;
  exports sirocco.train.run;
  exports sirocco.train.synthetic;
  exports sirocco.train.tokenizer;
  exports sirocco.train.torch;
}
