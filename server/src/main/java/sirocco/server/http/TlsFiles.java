package sirocco.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Where a server's certificate comes from: two PEM files, or one PKCS #12 file.
///
/// @param certificate a chain in PEM, or all in PKCS #12 if there is no `key`
/// @param key in PEM, PKCS #8, not encrypted
/// @param password of a PKCS #12 file; empty if it has none
public record TlsFiles(Path certificate, Optional<Path> key, String password) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  /// Nobody prints a password by mistake.
  @Override
  public String toString() {
    return "TlsFiles[" + certificate + "]";
  }

  /// What connections are secured with.
  ///
  /// @throws IOException naming the file that cannot be read or used
  public SSLContext open() throws IOException {
    try {
      KeyStore store = key.isPresent() ? ofPem(key.get()) : ofPkcs12();
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + ": cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  private KeyStore ofPkcs12() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(certificate)) {
      store.load(in, password.toCharArray());
    }
    return store;
  }

  private KeyStore ofPem(Path keyFile) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .toArray(Certificate[]::new);
      store.setKeyEntry("server", privateKey(keyFile), password.toCharArray(), chain);
    }
    return store;
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    Matcher matcher = KEY.matcher(Files.readString(file));
    if (!matcher.find()) {
      throw new IOException(
          file + ": expected a PEM file with BEGIN PRIVATE KEY (PKCS #8, not encrypted)");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
    for (String algorithm : ALGORITHMS) {
      Optional<PrivateKey> key = privateKey(algorithm, encoded);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new IOException(file + ": expected a key of RSA, EC or EdDSA");
  }

  /// Empty if the key is of another kind.
  private static Optional<PrivateKey> privateKey(String algorithm, byte[] encoded)
      throws GeneralSecurityException {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    }
  }
}
