import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;

/// Asks the model that comes with Sirocco; [Sirocco#load] takes the path of any other.
void main() {
  try (var model = Sirocco.load(DefaultModel.path())) {
    IO.println(model.generate("What is 47 + 38?"));
  }
}
