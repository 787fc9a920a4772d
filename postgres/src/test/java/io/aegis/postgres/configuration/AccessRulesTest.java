package io.aegis.postgres.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
  private static final AccessRules RULES = new AccessRules("""
      # include old.conf
      include reject.conf
      include_if_exists "/etc/pg/more rules.conf" # include that.conf
        include_dir  rules.d
      local all,@"the people",@admins all peer # not @this
      local "@all" "people @home" peer
      web /^(.*)@bank[.]example$ \\1
      """);

  // Red when: AccessRules.NAMED knows no lists in files, or reads comments and what is in quotes.
  @Test
  void t43_what_rules_for_access_name_beside_themselves_is_named_by_its_whole_path() {
    assertThat(RULES.movedFrom(Path.of("/etc/pg"), List.of()).text()).isEqualTo("""
        # include old.conf
        include "/etc/pg/reject.conf"
        include_if_exists "/etc/pg/more rules.conf" # include that.conf
        include_dir "/etc/pg/rules.d"
        local all,@"/etc/pg/the people",@"/etc/pg/admins" all peer # not @this
        local "@all" "people @home" peer
        web /^(.*)@bank[.]example$ \\1
        """);
  }

  // Red when: AccessRules.needed takes what is behind "if_exists", or not what has a blank in it.
  @Test
  void t43_rules_for_access_need_what_they_include_and_the_lists_that_are_in_files() {
    assertThat(RULES.needed()).containsExactly("reject.conf", "the people", "admins");
    assertThat(RULES.movedFrom(Path.of("/etc/pg"), List.of()).needed())
        .containsExactly(
            "/etc/pg/reject.conf", "/etc/pg/rules.d", "/etc/pg/the people", "/etc/pg/admins");
  }

  // Red when: AccessRules.movedFrom leaves a whole path that leads into the old data directory.
  @Test
  void t43_what_rules_for_access_name_in_the_data_directory_is_named_within_the_recovered_one() {
    var rules = new AccessRules("include \"/srv/pg/data/more.conf\"\ninclude beside.conf\n");
    assertThat(rules.movedFrom(Path.of(""), List.of(Path.of("/srv/pg/data"))).text())
        .isEqualTo("include \"more.conf\"\ninclude beside.conf\n");
  }
}
