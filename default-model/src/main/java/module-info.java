/// The small Mixtral that is used where no model is named.
@org.jspecify.annotations.NullMarked
module sirocco.defaultmodel {
  requires static org.jspecify;
  requires transitive sirocco.core;

  exports sirocco.defaultmodel;
}
