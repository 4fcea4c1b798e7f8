<#
.SYNOPSIS
    Writes THIRD-PARTY-NOTICES.txt: the third-party components in the module, with their licences.
.DESCRIPTION
    Run it after a build that changed a package. It finds the package of each assembly in out/CohereShell/bin among the
    packages of the projects in src, and reads the licence from the package. Packages that add source code are listed too.
    Then build again to add the new file to the module.

    It fails if an assembly doesn't come from a package, or if its licence hasn't been checked before.
.PARAMETER Check
    Writes nothing. Fails if the file differs from the result, and names the first difference.
.EXAMPLE
    ./tools/Build-Notices.ps1
.EXAMPLE
    ./tools/Build-Notices.ps1 -Check
#>
[CmdletBinding()]
param(
    [switch] $Check
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Split-Path $PSScriptRoot
$output = Join-Path $root 'THIRD-PARTY-NOTICES.txt'
$bin = [IO.Path]::Combine($root, 'out', 'CohereShell', 'bin')
$frameworks = 'net472', 'net8.0'
$rule = '-' * 80

# Licences that allow distribution with the module. Before you add another licence, read its text.
$checkedLicences = 'MIT', 'BSD-3-Clause', 'Apache-2.0'
# Older packages contain only the URL of their licence.
$licenceOfAddress = @{ 'https://github.com/dotnet/corefx/blob/master/LICENSE.TXT' = 'MIT' }

# For packages without a licence file.
$mitText = @'
The MIT License (MIT)

{0}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
'@

# LF line ends, no blanks at the ends of lines.
function ConvertTo-PlainText([string] $Text) {
    [regex]::Replace($Text.Replace("`r", ''), '[ \t]+(?=\n|$)', '').Trim("`n")
}

# Returns the value of a property, or $null if it doesn't exist.
function Get-Value($Object, [string] $Name) {
    $property = $Object.PSObject.Properties[$Name]
    if ($property) {
        $property.Value
    }
}

# Sorts by code points, which is the same on every platform.
function Get-Sorted([string[]] $Text) {
    [Array]::Sort($Text, [StringComparer]::Ordinal)
    $Text | Select-Object -Unique
}

# Lists the files that the packages add to the projects: assemblies and source code.
function Get-PackageFile {
    $lists = @(Get-ChildItem -Path ([IO.Path]::Combine($root, 'src', '*', 'obj', 'project.assets.json')))
    if ($lists.Count -eq 0) {
        throw 'src/*/obj contains no project.assets.json. Run ./build.ps1 build first.'
    }

    foreach ($list in $lists) {
        $assets = [IO.File]::ReadAllText($list.FullName) | ConvertFrom-Json
        $folders = @($assets.packageFolders.PSObject.Properties.Name)
        foreach ($target in $assets.targets.PSObject.Properties) {
            # 'net472' or '.NETFramework,Version=v4.7.2', depending on the SDK.
            $framework = if ($target.Name -match '^(net472|\.NETFramework,Version=v4\.7\.2)') { 'net472' } else { $target.Name.Split('/')[0] }
            foreach ($package in $target.Value.PSObject.Properties | Where-Object { $_.Value.type -eq 'package' }) {
                $path = $assets.libraries.($package.Name).path
                $folder = $folders | ForEach-Object { Join-Path $_ $path } | Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
                foreach ($kind in 'runtime', 'runtimeTargets', 'contentFiles') {
                    $files = Get-Value $package.Value $kind
                    foreach ($file in @($files | Where-Object { $_ } | ForEach-Object { $_.PSObject.Properties })) {
                        if ($kind -ne 'contentFiles' -or (Get-Value $file.Value 'buildAction') -eq 'Compile') {
                            [pscustomobject]@{
                                Package = $package.Name
                                Folder = $folder
                                Framework = $framework
                                IsSource = $kind -eq 'contentFiles'
                                Path = Join-Path $folder $file.Name
                                Name = $file.Name.Split('/')[-1]
                            }
                        }
                    }
                }
            }
        }
    }
}

# Lists what the module includes: a package, and the file that it adds or the assemblies that contain its source code.
function Get-Inclusion {
    $all = @(Get-PackageFile)
    foreach ($framework in $frameworks) {
        $folder = Join-Path $bin $framework
        if (-not (Test-Path -LiteralPath $folder)) {
            throw "The folder '$folder' doesn't exist. Run ./build.ps1 build first; the notices need both builds."
        }

        foreach ($assembly in Get-ChildItem -LiteralPath $folder -Filter '*.dll' | Where-Object Name -NotLike 'CohereShell*') {
            # The same name can be in several packages. The contents decide.
            $hash = (Get-FileHash -LiteralPath $assembly.FullName).Hash
            $origin = $all | Where-Object {
                $_.Framework -eq $framework -and $_.Name -eq $assembly.Name -and (Test-Path -LiteralPath $_.Path) -and (Get-FileHash -LiteralPath $_.Path).Hash -eq $hash
            } | Select-Object -First 1
            if (-not $origin) {
                throw "The file 'bin/$framework/$($assembly.Name)' doesn't come from a package of the projects in src. Find out where it is from."
            }

            [pscustomobject]@{ Package = $origin.Package; Folder = $origin.Folder; File = "bin/$framework/$($assembly.Name)" }
        }
    }

    $all | Where-Object IsSource | ForEach-Object {
        [pscustomobject]@{ Package = $_.Package; Folder = $_.Folder; File = "source code in bin/$($_.Framework)/CohereShell*.dll" }
    }
}

# Returns the licence of a package, its text, and the notices in the package for third-party code.
function Get-Component($Group) {
    $id, $version = $Group.Name.Split('/')
    $folder = $Group.Group[0].Folder
    $metadata = ([xml][IO.File]::ReadAllText((Get-ChildItem -LiteralPath $folder -Filter '*.nuspec').FullName)).package.metadata
    $read = { param($name) $node = $metadata.ChildNodes | Where-Object LocalName -EQ $name | Select-Object -First 1; if ($node) { $node.InnerText.Trim() } }
    $licence = & $read 'license'
    if (-not $licence) {
        $licence = $licenceOfAddress["$(& $read 'licenseUrl')"]
    }

    if ($licence -notin $checkedLicences) {
        throw "The licence of $id $version isn't one that was checked: '$licence' $(& $read 'licenseUrl'). Read it, and then add it to tools/Build-Notices.ps1 or remove the package."
    }

    $copyright = & $read 'copyright'
    if (-not $copyright) {
        $copyright = "Copyright (c) $(& $read 'authors')"
    }

    $copyright = $copyright -replace '\s+', ' '
    $files = @(Get-ChildItem -LiteralPath $folder -File)
    $licenceFile = $files | Where-Object Name -Match 'licen[cs]e' | Select-Object -First 1
    $text = if ($licenceFile) {
        [IO.File]::ReadAllText($licenceFile.FullName)
    }
    elseif ($licence -eq 'MIT') {
        $mitText -f $copyright
    }
    elseif (Test-Path ($common = Join-Path $PSScriptRoot "Licences/$licence.txt")) {
        [IO.File]::ReadAllText($common)
    }
    else {
        throw "The package $id $version has no licence file, and its licence is $licence. Add its text to tools/Licences."
    }

    [pscustomobject]@{
        Id = $id
        Version = $version
        Licence = $licence
        Copyright = $copyright
        Project = & $read 'projectUrl'
        Files = @(Get-Sorted $Group.Group.File)
        Text = ConvertTo-PlainText $text
        Notices = @($files | Where-Object Name -Match 'notice' | ForEach-Object { ConvertTo-PlainText ([IO.File]::ReadAllText($_.FullName)) })
    }
}

function Get-Notices {
    $groups = @(Get-Inclusion | Group-Object Package)
    $components = @(foreach ($name in Get-Sorted $groups.Name) { Get-Component ($groups | Where-Object Name -CEQ $name) })
    $texts = @($components.Text | Select-Object -Unique)

    'THIRD-PARTY NOTICES'
    ''
    'CohereShell includes the components below. Each has its own licence. The licence texts follow the list.'
    'tools/Build-Notices.ps1 writes this file from the packages that the build uses.'
    foreach ($component in $components) {
        ''
        $rule
        "$($component.Id) $($component.Version)"
        ''
        "Licence:   $($component.Licence) (text $([Array]::IndexOf($texts, $component.Text) + 1))"
        "Copyright: $($component.Copyright)"
        "Project:   $($component.Project)"
        $label = 'Files:    '
        foreach ($file in $component.Files) {
            "$label $file"
            $label = ' ' * $label.Length
        }
    }

    for ($i = 0; $i -lt $texts.Count; $i++) {
        ''
        $rule
        "Licence text $($i + 1)"
        $rule
        ''
        $texts[$i]
    }

    # The .NET packages contain almost the same notices. Each section is written once.
    $known = [Collections.Generic.HashSet[string]]::new()
    $sections = @($components.Notices | Select-Object -Unique | ForEach-Object { [regex]::Split($_, '(?im)^(?=.*\bnotice for .*\n-{5,})') } |
            ForEach-Object { $_.Trim("`n") } | Where-Object { $_ -and $known.Add(($_ -replace '\s+', ' ')) })
    if ($sections.Count -gt 0) {
        ''
        $rule
        'Notices in the packages, about code from others that they include'
        $rule
        $sections | ForEach-Object { ''; $_ }
    }
}

$text = ((Get-Notices) -join "`n") + "`n"
if (-not $Check) {
    [IO.File]::WriteAllText($output, $text, [Text.UTF8Encoding]::new($false))
    Write-Verbose "Wrote $output"
    return
}

$actual = if (Test-Path -LiteralPath $output) { [IO.File]::ReadAllText($output).Replace("`r", '').Split("`n") } else { @() }
$expected = $text.Split("`n")
for ($i = 0; $i -lt [Math]::Max($actual.Count, $expected.Count); $i++) {
    $is = if ($i -lt $actual.Count) { $actual[$i] } else { 'the end of the file' }
    $should = if ($i -lt $expected.Count) { $expected[$i] } else { 'the end of the file' }
    if ($is -cne $should) {
        throw "THIRD-PARTY-NOTICES.txt doesn't match the packages. Run tools/Build-Notices.ps1 and commit the file. Line $($i + 1) is '$is', but should be '$should'."
    }
}

Write-Verbose 'THIRD-PARTY-NOTICES.txt matches the packages.'
