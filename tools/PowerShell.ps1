# Functions that start another PowerShell process, for scripts and tests. Dot-source this file instead of finding pwsh yourself.

# Returns the program and its first arguments. If PowerShell is installed as a .NET tool, the process is dotnet, which needs the
# path of pwsh.dll. The current process can also be an editor, so the path of the program comes from $PSHOME.
function Get-PowerShellProgram {
    $process = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    if ([IO.Path]::GetFileNameWithoutExtension($process) -eq 'dotnet') {
        return [pscustomobject] @{ FilePath = $process; ArgumentList = @([IO.Path]::Combine($PSHOME, 'pwsh.dll')) }
    }

    $name = if ($PSVersionTable.PSVersion.Major -lt 6) { 'powershell.exe' } elseif ($IsWindows) { 'pwsh.exe' } else { 'pwsh' }
    [pscustomobject] @{ FilePath = [IO.Path]::Combine($PSHOME, $name); ArgumentList = @() }
}

# Runs PowerShell with these arguments, and returns its output. The exit code is in $LASTEXITCODE.
function Invoke-PowerShell {
    $powershell = Get-PowerShellProgram
    $arguments = $powershell.ArgumentList + '-NoLogo' + '-NoProfile' + $args
    $input | & $powershell.FilePath @arguments
}

# Returns the start information for [Diagnostics.Process]::Start, for callers that don't wait for PowerShell to end.
function Get-PowerShellStartInfo {
    param([Parameter(Mandatory)] [string[]] $ArgumentList)

    $powershell = Get-PowerShellProgram
    $arguments = $powershell.ArgumentList + '-NoLogo' + '-NoProfile' + $ArgumentList
    $start = [Diagnostics.ProcessStartInfo]::new($powershell.FilePath)
    # ProcessStartInfo has no ArgumentList in Windows PowerShell. .NET parses this text in the same way on every platform: quotation
    # marks and the backslashes before them are escaped.
    $start.Arguments = @($arguments | ForEach-Object { '"{0}"' -f ($_ -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') }) -join ' '
    $start.UseShellExecute = $false
    $start
}
