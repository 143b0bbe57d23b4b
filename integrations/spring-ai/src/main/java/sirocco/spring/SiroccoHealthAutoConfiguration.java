package sirocco.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import sirocco.LanguageModel;

/// What the actuator tells of the model, in applications that have the actuator;
/// `management.health.sirocco.enabled=false` leaves it out.
@AutoConfiguration(after = SiroccoAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(LanguageModel.class)
public final class SiroccoHealthAutoConfiguration {

  /// Up as long as the model can be expected to answer.
  @Bean
  @ConditionalOnMissingBean(name = "siroccoHealthIndicator")
  @ConditionalOnEnabledHealthIndicator("sirocco")
  public HealthIndicator siroccoHealthIndicator(LanguageModel model) {
    return new SiroccoHealthIndicator(model);
  }
}
