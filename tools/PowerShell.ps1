# How the scripts and the tests start another PowerShell. Dot-source this file: no other place asks for the program.

# The program, and the arguments that come first. A PowerShell that is a .NET tool runs in the process dotnet, which needs the
# path of pwsh.dll. The process of an editor may be its host, so $PSHOME says where the program is.
function Get-PowerShellProgram {
    $process = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    if ([IO.Path]::GetFileNameWithoutExtension($process) -eq 'dotnet') {
        return [pscustomobject] @{ FilePath = $process; ArgumentList = @([IO.Path]::Combine($PSHOME, 'pwsh.dll')) }
    }

    $name = if ($PSVersionTable.PSVersion.Major -lt 6) { 'powershell.exe' } elseif ($IsWindows) { 'pwsh.exe' } else { 'pwsh' }
    [pscustomobject] @{ FilePath = [IO.Path]::Combine($PSHOME, $name); ArgumentList = @() }
}

# Runs another PowerShell with these arguments. Its output is the output, its exit code is in $LASTEXITCODE.
function Invoke-PowerShell {
    $powershell = Get-PowerShellProgram
    $arguments = $powershell.ArgumentList + '-NoLogo' + '-NoProfile' + $args
    $input | & $powershell.FilePath @arguments
}

# What [Diagnostics.Process]::Start needs to run another PowerShell: for callers that don't wait for it.
function Get-PowerShellStartInfo {
    param([Parameter(Mandatory)] [string[]] $ArgumentList)

    $powershell = Get-PowerShellProgram
    $arguments = $powershell.ArgumentList + '-NoLogo' + '-NoProfile' + $ArgumentList
    $start = [Diagnostics.ProcessStartInfo]::new($powershell.FilePath)
    # Windows PowerShell has no list of arguments here. .NET reads this text in the same way on every platform: a quotation mark
    # is escaped, and so are the backslashes before one.
    $start.Arguments = @($arguments | ForEach-Object { '"{0}"' -f ($_ -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') }) -join ' '
    $start.UseShellExecute = $false
    $start
}
