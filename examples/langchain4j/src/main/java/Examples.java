import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.SamplingSettings;

/// One model, loaded once, for both examples; [Sirocco#load] takes the path of any other.
void main() {
  SamplingSettings likeliest = SamplingSettings.builder().temperature(0).maxTokens(100).build();
  try (LanguageModel model =
      Sirocco.load(DefaultModel.path(), LoadOptions.DEFAULT.sampling(likeliest))) {
    WeatherService.run(model);
    Retrieval.run(model);
  }
}
