package sirocco.train.run;

import java.util.List;
import sirocco.json.JsonFields;
import sirocco.train.objective.Dpo;
import sirocco.train.objective.ObjectiveException;
import sirocco.train.objective.Reference;
import sirocco.train.recipe.KnownFields;

/// The `preference` of a recipe, which makes its run one of Direct Preference Optimization:
///
/// ```yaml
/// preference:
///   loss: sigmoid          # or ipo
///   beta: 0.1              # how strongly the model is held to where it started
///   label_smoothing: 0     # share of the pairs taken to be the wrong way round; sigmoid only
/// ```
public record PreferenceSettings(Dpo.Form form, double beta, double smoothing) {
  /// Reads the object.
  ///
  /// @throws RuntimeException of the fields' own kind, naming the member
  public static PreferenceSettings read(JsonFields fields) {
    KnownFields.check(fields, List.of("loss", "beta", "label_smoothing"));
    Dpo.Form form = fields.choice("loss", Dpo.Form.class).orElse(Dpo.Form.SIGMOID);
    var settings =
        new PreferenceSettings(form, fields.real("beta", 0.1), fields.real("label_smoothing", 0));
    try {
      Dpo _ = settings.with(batch -> new double[0]);
    } catch (ObjectiveException e) {
      throw fields.error(String.valueOf(e.getMessage()));
    }
    return settings;
  }

  Dpo with(Reference reference) {
    return new Dpo(form, beta, smoothing, reference);
  }
}
