package io.aegis.postgres.account;

/** Says who this process is. */
final class WhoAmI {
  private WhoAmI() {}

  public static void main(String[] args) {
    System.out.println(Account.own().user());
  }
}
