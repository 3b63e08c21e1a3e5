# A U2F token that is not ours. u2f_token.pl KEY CERTIFICATE, both PEM. Each line of standard input is an AppID, a
# challenge to register with and challenges to sign, base64url, with spaces between; the answers are JSON, one a line.
use strict;
use warnings;
use Authen::U2F::Tester;
use JSON::MaybeXS qw(encode_json);
use MIME::Base64 qw(encode_base64url);

my ($key_file, $cert_file) = @ARGV;
my $token = Authen::U2F::Tester->new(key_file => $key_file, cert_file => $cert_file);
$| = 1;

while (my $line = <STDIN>) {
  chomp $line;
  my ($app_id, $first, @others) = split / /, $line;
  my $made = $token->register($app_id, $first);
  die $made->error_message unless $made->is_success;
  print encode_json({registrationData => $made->registration_data, clientData => $made->client_data}), "\n";

  # After 05 and the public key: the key handle's length, and the key handle.
  my $key_handle = encode_base64url(unpack 'x66 C/a', $made->response);
  for my $challenge (@others) {
    my $signed = $token->sign($app_id, $challenge, $key_handle);
    die $signed->error_message unless $signed->is_success;
    print encode_json({keyHandle => $signed->key_handle, signatureData => $signed->signature_data,
                       clientData => $signed->client_data}), "\n";
  }
}
