/// Trains, aligns and adapts mixture-of-experts models: autograd and its kernels are libtorch's,
/// the models, objectives, data and recipes are here.
@org.jspecify.annotations.NullMarked
module sirocco.train {
  requires static transitive org.jspecify;
  requires transitive sirocco.core;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;
  requires transitive org.bytedeco.pytorch;
  requires com.github.luben.zstd_jni;
  requires java.management;
  requires java.sql;

  exports sirocco.train.data;
  exports sirocco.train.model;
  exports sirocco.train.torch;
  exports sirocco.train.run;
  exports sirocco.train.ranks;
  exports sirocco.train.recipe;
  exports sirocco.train.tokenizer;
}
