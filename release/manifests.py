"""Manifests of package managers that fetch an archive by its address and checksum."""

import hashlib
import json


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def homebrew(about, packed, base):
    return f"""class Validator < Formula
  desc "{about['description'][:79]}"
  url "{base}/{packed.name}"
  version "{about['version']}"
  sha256 "{checksum(packed)}"
  license any_of: ["MIT", "Apache-2.0"]

  def install
    bin.install "validator"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/validator.bash" => "validator"
    zsh_completion.install "completions/_validator"
    fish_completion.install "completions/validator.fish"
  end

  test do
    (testpath/"a.md").write "# Title\\n"
    system bin/"validator", "check", "a.md"
  end
end
"""


def scoop(about, packed, base):
    folder = packed.name.removesuffix(".zip")
    manifest = {
        "version": about["version"],
        "description": about["description"],
        "license": "MIT|Apache-2.0",
        "architecture": {
            "64bit": {
                "url": f"{base}/{packed.name}",
                "hash": checksum(packed),
                "extract_dir": folder,
            }
        },
        "bin": "validator.exe",
    }
    return json.dumps(manifest, indent=2) + "\n"


def aur(about, packed, base):
    """A PKGBUILD that installs the binary of the archive."""
    folder = packed.name.removesuffix(".tar.gz")
    documents = "README.md CHANGELOG.md"
    return f"""pkgname=validator-docs-bin
pkgver={about['version']}
pkgrel=1
pkgdesc='{about['description'].replace("'", "")}'
arch=('{folder.split("-")[2]}')
url='{base.rsplit("/releases", 1)[0]}'
license=('MIT OR Apache-2.0')
depends=('gcc-libs' 'glibc')
provides=('validator-docs')
conflicts=('validator-docs')
options=('!strip')
source=('{base}/{packed.name}')
sha256sums=('{checksum(packed)}')

package() {{
  cd "$srcdir/{folder}"
  install -Dm755 validator "$pkgdir/usr/bin/validator"
  install -Dm644 -t "$pkgdir/usr/share/man/man1" man/*.1
  install -Dm644 completions/validator.bash "$pkgdir/usr/share/bash-completion/completions/validator"
  install -Dm644 completions/_validator "$pkgdir/usr/share/zsh/site-functions/_validator"
  install -Dm644 completions/validator.fish \\
    "$pkgdir/usr/share/fish/vendor_completions.d/validator.fish"
  install -Dm644 -t "$pkgdir/usr/share/doc/$pkgname" {documents}
  install -Dm644 -t "$pkgdir/usr/share/licenses/$pkgname" LICENSE-MIT LICENSE-APACHE
}}
"""


def winget(about, packed, base):
    """The three files that winget wants of a version, by name."""
    folder = packed.name.removesuffix(".zip")
    name, version, schema = "ValidatorDocs.Validator", about["version"], "1.9.0"
    head = f"PackageIdentifier: {name}\nPackageVersion: {version}\n"
    foot = lambda kind: f"ManifestType: {kind}\nManifestVersion: {schema}\n"
    return {
        f"{name}.yaml": head + "DefaultLocale: en-US\n" + foot("version"),
        f"{name}.locale.en-US.yaml": head
        + "PackageLocale: en-US\nPublisher: the validator developers\nPackageName: validator\n"
        + f"License: {about['license']}\nShortDescription: {json.dumps(about['description'])}\n"
        + foot("defaultLocale"),
        f"{name}.installer.yaml": head
        + "InstallerType: zip\nNestedInstallerType: portable\nNestedInstallerFiles:\n"
        + f"- RelativeFilePath: {folder}\\validator.exe\n  PortableCommandAlias: validator\n"
        + f"Installers:\n- Architecture: x64\n  InstallerUrl: {base}/{packed.name}\n"
        + f"  InstallerSha256: {checksum(packed).upper()}\n"
        + foot("installer"),
    }
