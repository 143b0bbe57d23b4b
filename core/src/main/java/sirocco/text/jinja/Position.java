package sirocco.text.jinja;

import sirocco.text.TemplateException;

/// A place in the template's source, counted from 1.
record Position(int line, int column) {
  TemplateException error(String message) {
    return new TemplateException(line, column, message);
  }
}
