# The cmdlets are in one of two builds: for PowerShell 7.4 and later, and for Windows PowerShell 5.1.
$build = if ($PSEdition -eq 'Core') { 'net8.0' } else { 'net472' }
Import-Module -Name ([System.IO.Path]::Combine($PSScriptRoot, 'bin', $build, 'CohereShell.dll')) -ErrorAction Stop
