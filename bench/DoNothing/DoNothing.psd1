@{
    RootModule        = 'DoNothing.dll'
    ModuleVersion     = '1.0.0'
    GUID              = '9d0a4f0e-6a57-4c0d-9a80-2b8a1a6a3c11'
    Author            = 'CohereShell contributors'
    Description       = 'A module that does nothing, as a baseline for benchmarks.'
    CmdletsToExport   = @('Get-Nothing')
    FunctionsToExport = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
