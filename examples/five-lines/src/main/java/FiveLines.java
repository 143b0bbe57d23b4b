import sirocco.defaultmodel.DefaultModel;

/// Asks the model that comes with Sirocco; `Sirocco.load` takes the path of any other.
void main() {
  try (var model = DefaultModel.load()) {
    IO.println(model.generate("What is 47 + 38?"));
  }
}
