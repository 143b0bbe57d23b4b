package sirocco.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// What a pom.xml says.
///
/// @param published whether it is put where programs find it
/// @param named the artifacts of Sirocco that it names in `dependencyManagement`
record Pom(Path file, String artifactId, String version, boolean published, List<String> named) {

  static Pom read(Path file) throws IOException {
    try {
      Element project =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getDocumentElement();
      return new Pom(
          file,
          child(project, "artifactId"),
          child(
              child(project, "version").isEmpty() ? first(project, "parent") : project, "version"),
          !child(first(project, "properties"), "maven.deploy.skip").equals("true"),
          dependencies(first(project, "dependencyManagement")));
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<String> dependencies(Element management) {
    var found = new ArrayList<String>();
    NodeList all = management.getElementsByTagName("dependency");
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element one && child(one, "groupId").equals("sirocco")) {
        found.add(child(one, "artifactId"));
      }
    }
    return found;
  }

  /// The child of that name; an empty element if there is none.
  private static Element first(Element parent, String name) {
    NodeList children = parent.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element child && child.getTagName().equals(name)) {
        return child;
      }
    }
    return parent.getOwnerDocument().createElement(name);
  }

  /// The text of the child of that name, or nothing.
  private static String child(Element parent, String name) {
    return first(parent, name).getTextContent().strip();
  }
}
