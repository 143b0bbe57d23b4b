/// A program that is a module of its own.
module example {
  requires sirocco;
}
