package sirocco.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.Token;

/// Reads `tokenizer.model`: SentencePiece's `ModelProto` (sentencepiece_model.proto). What the
/// model asks for and this tokenizer cannot do is an error, never ignored.
final class SentencePieceModel {
  private static final int MODEL_BPE = 2;

  private final List<Token> tokens = new ArrayList<>();

  // Defaults are those of sentencepiece_model.proto.
  private int modelType = 1;
  private boolean byteFallback;
  private boolean spaceIsSuffix;
  private String bosPiece = "<s>";
  private String eosPiece = "</s>";
  private String padPiece = "<pad>";
  private String unkSurface = " \u2047 ";
  private boolean addDummyPrefix = true;
  private boolean removeExtraWhitespaces = true;
  private boolean escapeWhitespaces = true;
  private String normalizerName = "";
  private byte[] charsmap = new byte[0];

  private SentencePieceModel() {}

  static Vocabulary read(byte[] data) {
    SentencePieceModel model = new SentencePieceModel();
    ProtobufReader in = new ProtobufReader(data);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> model.piece(in.message());
        case 2 -> model.trainer(in.message());
        case 3 -> model.normalizer(in.message());
        default -> in.skip();
      }
    }
    return model.vocabulary();
  }

  private void piece(ProtobufReader in) {
    String text = "";
    float score = 0;
    long type = 1;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> text = in.string();
        case 2 -> score = in.float32();
        case 3 -> type = in.number();
        default -> in.skip();
      }
    }
    int id = tokens.size();
    if (text.isEmpty()) {
      throw new TokenizerException("piece " + id + ": expected a text, found an empty one");
    }
    tokens.add(new Token(text, score, type(id, type)));
  }

  private static Vocabulary.Type type(int id, long number) {
    for (Vocabulary.Type type : Vocabulary.Type.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw new TokenizerException("piece " + id + ": expected a type 1 to 6, found " + number);
  }

  private void trainer(ProtobufReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 3 -> modelType = (int) in.number();
        case 24 -> spaceIsSuffix = in.flag();
        case 35 -> byteFallback = in.flag();
        case 44 -> unkSurface = in.string();
        case 46 -> bosPiece = in.string();
        case 47 -> eosPiece = in.string();
        case 48 -> padPiece = in.string();
        default -> in.skip();
      }
    }
  }

  private void normalizer(ProtobufReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> normalizerName = in.string();
        case 2 -> charsmap = in.bytes();
        case 3 -> addDummyPrefix = in.flag();
        case 4 -> removeExtraWhitespaces = in.flag();
        case 5 -> escapeWhitespaces = in.flag();
        default -> in.skip();
      }
    }
  }

  private Vocabulary vocabulary() {
    if (tokens.isEmpty()) {
      throw new TokenizerException("expected a SentencePiece model, found no pieces");
    }
    supported();
    checkBytes();
    // What contradicts itself is refused here, where the file is known.
    new TokenNames(tokens);
    TokenNames.scoreRanks(tokens);
    Map<String, Integer> control = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).type() == Vocabulary.Type.CONTROL) {
        control.putIfAbsent(tokens.get(id).text(), id);
      }
    }
    return new Vocabulary(
        Kind.SENTENCEPIECE_BPE,
        tokens,
        List.of(),
        Optional.empty(),
        addDummyPrefix,
        removeExtraWhitespaces,
        control.containsKey(bosPiece),
        false,
        id(control, bosPiece),
        id(control, eosPiece),
        OptionalInt.of(unknown()),
        id(control, padPiece),
        true,
        false,
        charsmap.length == 0 ? Optional.empty() : Optional.of(new Charsmap(charsmap)));
  }

  private int unknown() {
    List<Integer> unknown =
        IntStream.range(0, tokens.size())
            .filter(id -> tokens.get(id).type() == Vocabulary.Type.UNKNOWN)
            .boxed()
            .toList();
    if (unknown.size() != 1) {
      throw new TokenizerException("expected one unknown piece (type 2), found " + unknown.size());
    }
    return unknown.getFirst();
  }

  private static OptionalInt id(Map<String, Integer> control, String piece) {
    Integer id = control.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private void supported() {
    if (modelType != MODEL_BPE) {
      throw new TokenizerException(
          "trainer_spec.model_type: expected 2 (BPE), found "
              + switch (modelType) {
                case 1 -> "1 (unigram)";
                case 3 -> "3 (word)";
                case 4 -> "4 (char)";
                default -> Integer.toString(modelType);
              });
    }
    if (spaceIsSuffix) {
      throw unsupported("trainer_spec.treat_whitespace_as_suffix", "true");
    }
    if (!escapeWhitespaces) {
      throw unsupported("normalizer_spec.escape_whitespaces", "false");
    }
    if (!unkSurface.equals(" \u2047 ")) {
      throw unsupported("trainer_spec.unk_surface", Quote.of(unkSurface));
    }
    if (charsmap.length == 0 && !normalizerName.isEmpty() && !normalizerName.equals("identity")) {
      throw new TokenizerException(
          "normalizer_spec "
              + Quote.of(normalizerName)
              + ": expected a precompiled_charsmap, found none");
    }
  }

  private static TokenizerException unsupported(String what, String value) {
    return new TokenizerException(what + ": " + value + " is not supported");
  }

  /// Bytes come all or not at all, as SentencePiece itself demands.
  private void checkBytes() {
    BitSet found = new BitSet(256);
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).type() == Vocabulary.Type.BYTE) {
        found.set(ByteTokens.value(id, tokens.get(id).text()));
      }
    }
    int expected = byteFallback ? 256 : 0;
    if (found.cardinality() != expected) {
      throw new TokenizerException(
          "trainer_spec.byte_fallback is "
              + byteFallback
              + ": expected "
              + expected
              + " byte pieces, found "
              + found.cardinality());
    }
  }
}
