package sirocco.langchain4j;

import java.util.Set;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/// Leaves out those of LangChain4j's conformance tests that do not apply (README.md): they would
/// skip themselves, and a build must not warn of skipped tests.
public final class WhatApplies implements PostDiscoveryFilter {
  private static final Set<String> DO_NOT_APPLY =
      Set.of(
          // what is refused where it is not supported; it is
          "should_fail_if_modelName_is_not_supported",
          "should_fail_if_maxOutputTokens_parameter_is_not_supported",
          "should_fail_if_stopSequences_parameter_is_not_supported",
          "should_fail_if_tools_are_not_supported",
          "should_fail_if_tool_choice_REQUIRED_is_not_supported",
          "should_fail_if_JSON_response_format_is_not_supported",
          "should_fail_if_JSON_response_format_with_schema_is_not_supported",
          // images
          "should_accept_single_image_as_base64_encoded_string",
          "should_accept_multiple_images_as_base64_encoded_strings",
          "should_accept_single_image_as_public_URL",
          "should_accept_multiple_images_as_public_URLs",
          "should_embed_image",
          "should_embed_interleaved_text_and_image",
          "should_execute_tool_returning_Image",
          "should_execute_tool_returning_ImageContent",
          "should_execute_tool_returning_ContentList",
          // kinds and sizes of embeddings
          "should_embed_query_and_document_differently",
          "should_respect_dimensions_parameter",
          // not implemented
          "should_chat_asynchronously");

  /// Waits half a minute for each model.
  private static final String SLOW = "should_cancel_streaming";

  @Override
  public FilterResult apply(TestDescriptor test) {
    String name =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(source -> ((MethodSource) source).getMethodName())
            .orElse("");
    boolean slow = name.equals(SLOW) && !Boolean.getBoolean("sirocco.slow");
    return FilterResult.includedIf(!slow && !DO_NOT_APPLY.contains(name));
  }
}
