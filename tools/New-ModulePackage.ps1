<#
.SYNOPSIS
    Packs the built module: a zip for Azure Automation and a .nupkg for the PowerShell Gallery.
.DESCRIPTION
    Reads the built module in out/CohereShell. Writes and outputs CohereShell.zip and CohereShell.<version>.nupkg. Deletes
    older packages of the module in the destination.

    The .nupkg needs Compress-PSResource, which PowerShell 7.5 and later include. Without it, the script warns and
    writes the zip only. It registers no repository, so your PSResourceGet repositories don't change.
.PARAMETER Destination
    The folder for the packages. The default is out.
.EXAMPLE
    ./tools/New-ModulePackage.ps1
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It writes build output only.')]
[CmdletBinding()]
[OutputType([IO.FileInfo])]
param(
    [string] $Destination
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Split-Path $PSScriptRoot
$module = [IO.Path]::Combine($root, 'out', 'CohereShell')
if (-not $Destination) {
    $Destination = [IO.Path]::Combine($root, 'out')
}

# Writes the zip. Compress-Archive in Windows PowerShell writes names with backslashes, which other platforms can't read.
function Write-Archive([string] $Path) {
    Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
    $parent = Split-Path $module
    $zip = [IO.Compression.ZipFile]::Open($Path, [IO.Compression.ZipArchiveMode]::Create)
    try {
        foreach ($file in Get-ChildItem -LiteralPath $module -Recurse -File) {
            $name = $file.FullName.Substring($parent.Length + 1).Replace('\', '/')
            if ($name.Length -gt 140) {
                throw "The path '$name' has $($name.Length) characters. Azure Automation accepts at most 140. Use a shorter file name."
            }

            $null = [IO.Compression.ZipFileExtensions]::CreateEntryFromFile($zip, $file.FullName, $name)
        }
    }
    finally {
        $zip.Dispose()
    }

    Get-Item -LiteralPath $Path
}

if (-not (Test-Path -LiteralPath $module)) {
    throw "The folder '$module' doesn't exist. Run ./build.ps1 build first."
}

foreach ($edition in 'net8.0', 'net472') {
    if (-not (Test-Path -LiteralPath ([IO.Path]::Combine($module, 'bin', $edition, 'CohereShell.dll')))) {
        throw "The module in '$module' has no assemblies for $edition. Run ./build.ps1 build without -Quick."
    }
}

$null = New-Item -ItemType Directory -Path $Destination -Force
$Destination = (Resolve-Path -LiteralPath $Destination).ProviderPath
$archive = [IO.Path]::Combine($Destination, 'CohereShell.zip')
Get-ChildItem -LiteralPath $Destination -File | Where-Object { $_.Name -eq 'CohereShell.zip' -or $_.Name -like 'CohereShell.*.nupkg' } | Remove-Item
Write-Archive $archive

if (-not (Get-Command Compress-PSResource -ErrorAction Ignore)) {
    Write-Warning 'Skipped the .nupkg: Compress-PSResource is missing. Run this script in PowerShell 7.5 or later, or install Microsoft.PowerShell.PSResourceGet 1.1 or later.'
    return
}

Get-Item -LiteralPath (Compress-PSResource -Path $module -DestinationPath $Destination -PassThru).FullName
